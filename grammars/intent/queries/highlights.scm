; Names of captures are those that most editors know.

(comment) @comment
(prose) @string.documentation
(unclosed_prose) @string.documentation
(string_piece) @string
(unclosed_string) @string
(number) @number
[(true) (false)] @boolean
(none) @constant.builtin
(tag) @attribute

["use" "type" "define" "intent"] @keyword
["where" "when"] @keyword
[
  "requires" "ensures" "raises" "modifies" "example" "must" "invariant" "decreases"
  "target" "model" "budget" "context" "trust" "temperature" "candidates"
] @keyword
["if" "else"] @keyword.conditional
"for" @keyword.repeat
["and" "or" "not" "in" "is" "implies" "iff" "forall" "exists"] @keyword.operator
(not_in) @keyword.operator
(is_not) @keyword.operator

[
  "+" "-" "*" "/" "//" "%" "**" "&" "|" "^" "~" "<<" ">>"
  "==" "!=" "<" "<=" ">" ">=" "=" "->" "?"
] @operator
["(" ")" "[" "]" "{" "}"] @punctuation.bracket
["," ":" "."] @punctuation.delimiter

(identifier) @variable

(type_name) @type
(type_application constructor: (identifier) @type)
((type_name) @type.builtin
  (#any-of? @type.builtin "int" "bool" "float" "str" "bytes" "None"))
((type_application constructor: (identifier) @type.builtin)
  (#any-of? @type.builtin "list" "set" "dict" "tuple"))

(type_item name: (identifier) @type.definition)
(define_item name: (identifier) @function)
(define_item
  name: (identifier) @constant
  !parameters)
(intent_item name: (identifier) @function)
(parameter name: (identifier) @variable.parameter)
(field name: (identifier) @property)
(label name: (identifier) @label)
(must_word) @constant
(setting_text) @string.special
(raises_clause error: (identifier) @type)
(example_clause error: (identifier) @type)

(attribute name: (identifier) @property)
(keyword_argument name: (identifier) @variable.parameter)
(call function: (identifier) @function.call)
(call function: (attribute name: (identifier) @function.method.call))
((call function: (identifier) @function.builtin)
  (#any-of? @function.builtin
    "len" "sum" "min" "max" "abs" "round" "divmod" "pow" "sorted" "reversed" "range" "all" "any"
    "enumerate" "zip" "list" "set" "tuple" "str" "int" "float" "bool" "old" "permutation"))
((identifier) @variable.builtin
  (#any-of? @variable.builtin "result" "it"))
((identifier) @constant.builtin
  (#any-of? @constant.builtin "inf" "nan"))

(unknown_item (raw_line) @error)
(unknown_clause (raw_line) @error)
