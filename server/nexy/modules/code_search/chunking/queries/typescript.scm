; definitions
(abstract_class_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @class
(enum_declaration name: (_) @name body: (_) @body) @class
(type_alias_declaration name: (_) @name value: (_) @body) @class
(function_signature name: (_) @name) @function
(public_field_definition
  name: (_) @name
  value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @method

; mentions
(program (ambient_declaration (lexical_declaration (variable_declarator name: (identifier) @assign))))

(extends_clause value: (identifier) @call)
(type_identifier) @call
