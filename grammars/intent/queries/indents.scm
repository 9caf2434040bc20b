(intent_item) @indent.begin
(define_item) @indent.begin
(type_item) @indent.begin

[
  (requires_clause)
  (ensures_clause)
  (raises_clause)
  (modifies_clause)
  (example_clause)
  (invariant_clause)
  (decreases_clause)
] @indent.begin

[
  (arguments)
  (parameters)
  (record_fields)
  (list)
  (set)
  (dict)
  (tuple)
  (parenthesized)
] @indent.begin

[")" "]" "}"] @indent.branch

(prose) @indent.ignore
(comment) @indent.ignore
