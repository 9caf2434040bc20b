/**
 * The intent language. Layout (where items and clauses begin and end) is the scanner's work,
 * src/scanner.c; what is said here reads the tokens between those marks.
 *
 * The grammar is more lenient than the language wherever a problem can be named better by the
 * parser that reads the tree (contracts/parser.py): a missing result type, an unknown word
 * after `must`, a number that ends in letters. So such a slip does not disturb its neighbours.
 */

/// <reference types="tree-sitter-cli/dsl" />
// @ts-check

const PREC = {
  quantifier: 1,
  conditional: 2,
  iff: 3,
  implies: 4,
  or: 5,
  and: 6,
  not: 7,
  compare: 8,
  bitor: 9,
  bitxor: 10,
  bitand: 11,
  shift: 12,
  plus: 13,
  times: 14,
  unary: 15,
  power: 16,
  primary: 17,
};

/** One or more, separated by commas, a trailing comma allowed. */
const commas = (rule) => seq(rule, repeat(seq(",", rule)), optional(","));

export default grammar({
  name: "intent",

  externals: ($) => [
    $._item_start,
    $._unknown_item_start,
    $._item_end,
    $._clause_start,
    $._unknown_clause_start,
    $._clause_end,
    $.prose,
    $.unclosed_prose,
    $._never,
    $._error_sentinel,
  ],

  // `_never` is never found; as an extra it has the scanner asked in every state.
  extras: ($) => [/[ \t\r\n\f\v\uFEFF]/, $.comment, $._never],

  word: ($) => $.identifier,

  reserved: {
    global: ($) => ["and", "or", "not", "in", "is", "if", "else", "for", "implies", "iff"],
    none: ($) => [],
  },

  supertypes: ($) => [$.expression, $.type],

  inline: ($) => [$._item, $._clause],

  rules: {
    source_file: ($) => repeat($._item),

    // ------------------------------------------------------------- items

    _item: ($) =>
      choice($.use_item, $.type_item, $.define_item, $.intent_item, $.unknown_item),

    use_item: ($) =>
      seq($._item_start, "use", optional(field("path", $.string)), $._item_end),

    type_item: ($) =>
      seq(
        $._item_start,
        "type",
        optional(field("name", $.identifier)),
        optional(
          seq(
            "=",
            optional(
              choice(
                seq(field("alias", $.type), optional($.where)),
                field("record", $.record_fields),
              ),
            ),
          ),
        ),
        $._item_end,
      ),

    where: ($) => seq("where", optional(field("condition", $.expression))),

    record_fields: ($) => seq("{", optional(commas($.field)), "}"),

    field: ($) => seq(field("name", $.identifier), optional(seq(":", field("type", $.type)))),

    define_item: ($) =>
      seq(
        $._item_start,
        "define",
        optional(field("name", $.identifier)),
        choice(
          seq(
            field("parameters", $.parameters),
            optional(seq("->", field("result", $.type))),
            optional($.define_requires),
            optional($.define_decreases),
          ),
          optional(seq(":", field("result", $.type))),
        ),
        optional(seq("=", optional(field("body", $.expression)))),
        $._item_end,
      ),

    define_requires: ($) => seq("requires", optional(field("condition", $.expression))),
    define_decreases: ($) => seq("decreases", optional(field("measure", $.expression))),

    intent_item: ($) =>
      seq(
        $._item_start,
        "intent",
        choice(
          field("prose", $.string),
          seq(
            field("name", $.identifier),
            optional(field("parameters", $.parameters)),
            optional(seq("->", field("result", $.type))),
          ),
        ),
        repeat($._clause),
        $._item_end,
      ),

    parameters: ($) => seq("(", optional(commas($.parameter)), ")"),

    parameter: ($) =>
      seq(
        field("name", $.identifier),
        optional(seq(":", field("type", $.type))),
        optional(seq("=", field("default", $.expression))),
      ),

    unknown_item: ($) => seq($._unknown_item_start, repeat1($.raw_line), $._item_end),

    raw_line: ($) => token(/[^\s#][^\n\r]*/),

    // ------------------------------------------------------------- types

    type: ($) => choice($.type_name, $.type_application, $.optional_type, $.union_type),

    type_name: ($) => $.identifier,
    type_application: ($) =>
      seq(field("constructor", $.identifier), "[", optional(commas($._type_argument)), "]"),
    _type_argument: ($) => choice($.type, $.ellipsis),
    ellipsis: ($) => "...",
    optional_type: ($) => prec(2, seq(field("item", $.type), "?")),
    union_type: ($) => prec.left(1, seq(field("left", $.type), "|", field("right", $.type))),

    // ------------------------------------------------------------- clauses

    _clause: ($) =>
      choice(
        $.prose_clause,
        $.requires_clause,
        $.ensures_clause,
        $.raises_clause,
        $.modifies_clause,
        $.example_clause,
        $.must_clause,
        $.invariant_clause,
        $.decreases_clause,
        $.setting_clause,
        $.unknown_clause,
      ),

    prose_clause: ($) =>
      seq($._clause_start, choice($.prose, $.unclosed_prose), $._clause_end),

    requires_clause: ($) =>
      seq(
        $._clause_start,
        "requires",
        optional($.label),
        optional(field("condition", $.expression)),
        optional($.when),
        repeat($.tag),
        $._clause_end,
      ),

    ensures_clause: ($) =>
      seq(
        $._clause_start,
        "ensures",
        optional($.label),
        optional(field("condition", $.expression)),
        optional($.when),
        repeat($.tag),
        $._clause_end,
      ),

    raises_clause: ($) =>
      seq(
        $._clause_start,
        "raises",
        optional($.label),
        optional(field("error", $.identifier)),
        optional($.when),
        repeat($.tag),
        $._clause_end,
      ),

    when: ($) => seq("when", optional(field("condition", $.expression))),

    modifies_clause: ($) =>
      seq($._clause_start, "modifies", optional(commas(field("name", $.identifier))), $._clause_end),

    example_clause: ($) =>
      seq(
        $._clause_start,
        "example",
        optional(field("call", $._primary)),
        optional(
          choice(
            seq(
              "==",
              optional(field("expected", $.expression)),
              repeat(seq(",", optional($.after))),
            ),
            seq("raises", optional(field("error", $.identifier))),
          ),
        ),
        $._clause_end,
      ),

    after: ($) =>
      seq(
        field("name", $.identifier),
        optional(seq("==", optional(field("value", $.expression)))),
      ),

    must_clause: ($) =>
      seq(
        $._clause_start,
        "must",
        optional("not"),
        optional(choice(field("what", $.must_word), field("prose", $.string))),
        $._clause_end,
      ),

    must_word: ($) => $.identifier,

    invariant_clause: ($) =>
      seq($._clause_start, "invariant", optional(field("condition", $.expression)), $._clause_end),

    decreases_clause: ($) =>
      seq($._clause_start, "decreases", optional(field("measure", $.expression)), $._clause_end),

    setting_clause: ($) =>
      seq(
        $._clause_start,
        field(
          "name",
          choice("target", "model", "budget", "context", "trust", "temperature", "candidates"),
        ),
        repeat(field("text", $.setting_text)),
        $._clause_end,
      ),

    setting_text: ($) => token(/[^\s#]([^\n\r#]*[^\s#])?/),

    unknown_clause: ($) => seq($._unknown_clause_start, repeat1($.raw_line), $._clause_end),

    label: ($) => seq(field("name", $.identifier), ":"),
    tag: ($) => token(/@[\p{XID_Continue}-]*/),

    // ------------------------------------------------------------- expressions

    expression: ($) => choice($.conditional, $._tight),

    conditional: ($) =>
      prec.right(
        PREC.conditional,
        seq(
          field("then", $._tight),
          "if",
          field("condition", $._tight),
          "else",
          field("otherwise", $.expression),
        ),
      ),

    // Every expression but a conditional, which Python does not let stand as an operand.
    _tight: ($) =>
      choice($.quantifier, $.logical, $.negation, $.comparison, $._arithmetic),

    _arithmetic: ($) => choice($.binary, $.unary, $._primary),

    quantifier: ($) =>
      prec.right(
        PREC.quantifier,
        seq(
          field("kind", choice("forall", "exists")),
          choice(
            seq(field("target", $.target), "in", field("domain", $.expression)),
            seq(field("name", $.identifier), ":", field("over", $.type)),
          ),
          ":",
          field("body", $.expression),
        ),
      ),

    target: ($) => seq($._target_part, repeat(seq(",", $._target_part)), optional(",")),
    _target_part: ($) => choice($.identifier, $.nested_target),
    nested_target: ($) => seq(choice("(", "["), commas($._target_part), choice(")", "]")),

    logical: ($) =>
      choice(
        ...[
          ["iff", prec.left, PREC.iff],
          ["implies", prec.right, PREC.implies],
          ["or", prec.left, PREC.or],
          ["and", prec.left, PREC.and],
        ].map(([operator, side, level]) =>
          // @ts-ignore the table's columns have one type each
          side(
            level,
            seq(
              field("left", $._tight),
              // @ts-ignore as above
              field("operator", operator),
              field("right", $._tight),
            ),
          ),
        ),
      ),

    negation: ($) => prec(PREC.not, seq("not", field("operand", $._tight))),

    comparison: ($) =>
      prec.left(
        PREC.compare,
        seq(
          $._arithmetic,
          repeat1(
            seq(
              field(
                "operator",
                choice("==", "!=", "<", "<=", ">", ">=", "in", $.not_in, "is", $.is_not),
              ),
              $._arithmetic,
            ),
          ),
        ),
      ),

    not_in: ($) => seq("not", "in"),
    is_not: ($) => seq("is", "not"),

    binary: ($) =>
      choice(
        ...[
          ["|", PREC.bitor],
          ["^", PREC.bitxor],
          ["&", PREC.bitand],
          ["<<", PREC.shift],
          [">>", PREC.shift],
          ["+", PREC.plus],
          ["-", PREC.plus],
          ["*", PREC.times],
          ["/", PREC.times],
          ["//", PREC.times],
          ["%", PREC.times],
        ].map(([operator, level]) =>
          prec.left(
            level,
            // @ts-ignore the table's columns have one type each
            seq(
              field("left", $._arithmetic),
              // @ts-ignore as above
              field("operator", operator),
              field("right", $._arithmetic),
            ),
          ),
        ),
        prec.right(
          PREC.power,
          seq(field("left", $._arithmetic), field("operator", "**"), field("right", $._arithmetic)),
        ),
      ),

    unary: ($) =>
      prec(PREC.unary, seq(field("operator", choice("-", "+", "~")), field("operand", $._arithmetic))),

    _primary: ($) =>
      choice(
        $.identifier,
        $.true,
        $.false,
        $.none,
        $.number,
        $.string,
        $.call,
        $.subscript,
        $.attribute,
        $.parenthesized,
        $.tuple,
        $.list,
        $.set,
        $.dict,
        $.list_comprehension,
        $.set_comprehension,
        $.dict_comprehension,
        $.generator_expression,
      ),

    true: ($) => "True",
    false: ($) => "False",
    none: ($) => "None",

    call: ($) =>
      prec(PREC.primary, seq(field("function", $._primary), field("arguments", $.arguments))),

    arguments: ($) =>
      seq("(", optional(choice(commas($._argument), $.generator_argument)), ")"),
    _argument: ($) => choice($.expression, $.keyword_argument),
    generator_argument: ($) => seq(field("element", $.expression), repeat1($.for)),
    keyword_argument: ($) => seq(field("name", $.identifier), "=", field("value", $.expression)),

    subscript: ($) =>
      prec(
        PREC.primary,
        seq(
          field("value", $._primary),
          "[",
          choice(field("index", $.expression), field("index", $.bare_tuple), $.slice),
          "]",
        ),
      ),

    bare_tuple: ($) =>
      seq($.expression, ",", optional(seq($.expression, repeat(seq(",", $.expression)), optional(",")))),

    slice: ($) =>
      seq(
        optional(field("lower", $.expression)),
        ":",
        optional(field("upper", $.expression)),
        optional(seq(":", optional(field("step", $.expression)))),
      ),

    attribute: ($) =>
      prec(PREC.primary, seq(field("value", $._primary), ".", field("name", $.identifier))),

    parenthesized: ($) => seq("(", $.expression, ")"),

    tuple: ($) =>
      seq(
        "(",
        optional(
          seq($.expression, ",", optional(seq($.expression, repeat(seq(",", $.expression)), optional(",")))),
        ),
        ")",
      ),

    list: ($) => seq("[", optional(commas($.expression)), "]"),
    set: ($) => seq("{", commas($.expression), "}"),
    dict: ($) => seq("{", optional(commas($.pair)), "}"),
    pair: ($) => seq(field("key", $.expression), ":", field("value", $.expression)),

    list_comprehension: ($) => seq("[", field("element", $.expression), repeat1($.for), "]"),
    set_comprehension: ($) => seq("{", field("element", $.expression), repeat1($.for), "}"),
    dict_comprehension: ($) =>
      seq("{", field("element", $.pair), repeat1($.for), "}"),
    generator_expression: ($) => seq("(", field("element", $.expression), repeat1($.for), ")"),

    for: ($) =>
      seq(
        "for",
        field("target", $.target),
        "in",
        field("iterable", $._tight),
        repeat(seq("if", field("condition", $._tight))),
      ),

    // ------------------------------------------------------------- tokens

    comment: ($) => token(/#[^\n\r]*/),

    // Wider than a number is, so that `12abc` and `1.2.3` are one bad number each.
    number: ($) =>
      token(
        choice(
          /0[xXoObB][0-9a-zA-Z_]*/,
          /([0-9][0-9_]*(\.[0-9_]*)?|\.[0-9][0-9_]*)([eE][+-]?[0-9_]+)?([A-Za-z_][0-9A-Za-z_.]*|\.[0-9A-Za-z_.]*)?/,
        ),
      ),

    string: ($) => prec.right(repeat1(choice($.string_piece, $.unclosed_string))),

    string_piece: ($) =>
      token(
        choice(
          /[rRbBuUfF]{0,2}"([^"\\\n\r]|\\[^\n\r])*"/,
          /[rRbBuUfF]{0,2}'([^'\\\n\r]|\\[^\n\r])*'/,
        ),
      ),

    unclosed_string: ($) =>
      token(
        choice(
          /[rRbBuUfF]{0,2}"([^"\\\n\r]|\\[^\n\r])*\\?/,
          /[rRbBuUfF]{0,2}'([^'\\\n\r]|\\[^\n\r])*\\?/,
        ),
      ),

    identifier: ($) => /[\p{XID_Start}_][\p{XID_Continue}]*/,
  },
});
