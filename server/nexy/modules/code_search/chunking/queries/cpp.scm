; definitions
(function_definition
  declarator: (reference_declarator (function_declarator declarator: (_) @name))
  body: (_) @body) @function
(class_specifier name: (_) @name body: (_) @body) @class
(alias_declaration name: (_) @name type: (_) @body) @class
(concept_definition name: (_) @name) @class

; mentions
(template_declaration parameters: (_) @lead)

(declaration_list (declaration declarator: (init_declarator declarator: (identifier) @assign)))

(call_expression function: (qualified_identifier name: (identifier) @call))
(call_expression function: (qualified_identifier name: (qualified_identifier name: (identifier) @call)))
(call_expression function: (template_function name: (identifier) @call))
