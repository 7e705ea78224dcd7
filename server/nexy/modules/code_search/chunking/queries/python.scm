; definitions
(class_definition name: (_) @name body: (_) @body) @class
(function_definition name: (_) @name body: (_) @body) @function

; mentions
(comment) @comment
(expression_statement . (string) @comment .)
(decorator) @lead

(call function: [(identifier) @call (attribute attribute: (identifier) @call)])
(decorator [(identifier) @call (attribute attribute: (identifier) @call)])
(class_definition superclasses: (argument_list [(identifier) @call (attribute attribute: (identifier) @call)]))
(type [(identifier) @call (generic_type (identifier) @call) (attribute attribute: (identifier) @call)])

(module (expression_statement (assignment left: [
  (identifier) @assign
  (pattern_list (identifier) @assign)
  (tuple_pattern (identifier) @assign)
])))
(module (if_statement consequence: (block (expression_statement (assignment left: (identifier) @assign)))))
(module (if_statement (else_clause (block (expression_statement (assignment left: (identifier) @assign))))))
(module (try_statement body: (block (expression_statement (assignment left: (identifier) @assign)))))
(module (type_alias_statement left: (type (identifier) @assign)))

(import_statement name: [(dotted_name) @import (aliased_import name: (_) @import alias: (_) @import)])
(import_from_statement module_name: (_) @import)
(import_from_statement name: [(dotted_name) @import (aliased_import name: (_) @import alias: (_) @import)])
