; definitions
(function_declaration name: (_) @name body: (_)? @body) @function
(method_declaration
  receiver: (parameter_list
    (parameter_declaration
      type: [
        (type_identifier) @scope
        (generic_type type: (_) @scope)
        (pointer_type [(type_identifier) @scope (generic_type type: (_) @scope)])
      ]))
  name: (_) @name
  body: (_)? @body) @method
(type_spec name: (_) @name type: (_) @body) @class
(type_alias name: (_) @name type: (_) @body) @class
(var_spec name: (_) @name value: (expression_list (func_literal body: (_) @body))) @function

; mentions
(comment) @comment

(call_expression function: [(identifier) @call (selector_expression field: (_) @call)])
(type_identifier) @call

(source_file (const_declaration (const_spec name: (identifier) @assign)))
(source_file (var_declaration (var_spec name: (identifier) @assign)))
(source_file (var_declaration (var_spec_list (var_spec name: (identifier) @assign))))

(import_spec name: (_)? @import path: (_) @import)
