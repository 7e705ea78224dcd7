; definitions
(function_declaration name: (_) @name body: (_) @body) @function
(generator_function_declaration name: (_) @name body: (_) @body) @function
(class_declaration name: (_) @name body: (_) @body) @class
(class name: (_) @name body: (_) @body) @class
(method_definition name: (_) @name body: (_) @body) @method
(variable_declarator
  name: (identifier) @name
  value: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
    (class body: (_) @body)
    (call_expression
      arguments: (arguments [(arrow_function body: (_) @body) (function_expression body: (_) @body)]))
  ]) @function
(assignment_expression
  left: [(identifier) @name (member_expression object: (_) @scope property: (_) @name)]
  right: [
    (arrow_function body: (_) @body)
    (function_expression body: (_) @body)
    (generator_function body: (_) @body)
  ]) @function
(pair
  key: (_) @name
  value: [(arrow_function body: (_) @body) (function_expression body: (_) @body)]) @method

; mentions
(comment) @comment
(decorator) @lead

(call_expression function: [(identifier) @call (member_expression property: (_) @call)])
(new_expression constructor: [(identifier) @call (member_expression property: (_) @call)])
(decorator [(identifier) @call (member_expression property: (_) @call)])

(program [
  (lexical_declaration (variable_declarator name: (identifier) @assign))
  (variable_declaration (variable_declarator name: (identifier) @assign))
  (export_statement declaration: (_ (variable_declarator name: (identifier) @assign)))
])

(import_clause (identifier) @import)
(import_specifier name: (_) @import)
(import_specifier alias: (_) @import)
(namespace_import (identifier) @import)
(import_statement source: (_) @import)
(export_statement source: (_) @import)
(call_expression
  function: (identifier) @require
  arguments: (arguments . (string) @import .)
  (#eq? @require "require"))
