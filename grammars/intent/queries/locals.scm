(intent_item) @local.scope
(define_item) @local.scope
(quantifier) @local.scope
(list_comprehension) @local.scope
(set_comprehension) @local.scope
(dict_comprehension) @local.scope
(generator_expression) @local.scope
(generator_argument) @local.scope

(type_item name: (identifier) @local.definition.type)
(define_item name: (identifier) @local.definition.function)
(intent_item name: (identifier) @local.definition.function)
(parameter name: (identifier) @local.definition.parameter)
(field name: (identifier) @local.definition.field)
(target (identifier) @local.definition.var)
(nested_target (identifier) @local.definition.var)
(quantifier name: (identifier) @local.definition.var)

(identifier) @local.reference
