; definitions
(function_definition
  declarator: [
    (function_declarator declarator: (_) @name)
    (pointer_declarator declarator: (function_declarator declarator: (_) @name))
    (pointer_declarator declarator: (pointer_declarator declarator: (function_declarator declarator: (_) @name)))
  ]
  body: (_) @body) @function
(struct_specifier name: (_) @name body: (_) @body) @class
(union_specifier name: (_) @name body: (_) @body) @class
(enum_specifier name: (_) @name body: (_) @body) @class
(type_definition
  type: [(struct_specifier body: (_) @body) (union_specifier body: (_) @body) (enum_specifier body: (_) @body)]
  declarator: (type_identifier) @name) @class
(preproc_function_def name: (_) @name value: (_)? @body) @function

; mentions
(comment) @comment

(call_expression function: [(identifier) @call (field_expression field: (_) @call)])
(type_identifier) @call

(preproc_def name: (_) @assign value: (_))
(type_definition declarator: (type_identifier) @assign)
(translation_unit (declaration declarator: (init_declarator declarator: [
  (identifier) @assign
  (pointer_declarator declarator: (identifier) @assign)
  (array_declarator declarator: (identifier) @assign)
])))
(preproc_ifdef (declaration declarator: (init_declarator declarator: (identifier) @assign)))

(preproc_include path: (_) @import)
