; Symbols, for outlines and for search across files.

(type_item name: (identifier) @name) @definition.type
(define_item
  name: (identifier) @name
  parameters: (_)) @definition.function
(define_item
  name: (identifier) @name
  !parameters) @definition.constant
(intent_item name: (identifier) @name) @definition.function
(field name: (identifier) @name) @definition.field

(call function: (identifier) @name) @reference.call
(type_name) @name @reference.type
