[
  (intent_item)
  (define_item)
  (type_item)
  (prose)
  (list)
  (set)
  (dict)
  (arguments)
  (parameters)
  (record_fields)
] @fold
