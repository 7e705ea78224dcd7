; definitions
(field_definition
  property: (_) @name
  value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @method

; mentions
(class_heritage (identifier) @call)
(jsx_self_closing_element name: (identifier) @call)
(jsx_opening_element name: (identifier) @call)
