; definitions
(class_declaration name: (_) @name body: (_) @body) @class
(interface_declaration name: (_) @name body: (_) @body) @class
(enum_declaration name: (_) @name body: (_) @body) @class
(record_declaration name: (_) @name body: (_) @body) @class
(annotation_type_declaration name: (_) @name body: (_) @body) @class
(method_declaration name: (_) @name body: (_) @body) @method
(constructor_declaration name: (_) @name body: (_) @body) @method
(compact_constructor_declaration name: (_) @name body: (_) @body) @method

; mentions
[(line_comment) (block_comment)] @comment

(method_invocation name: (_) @call)
(method_reference (identifier) @call .)
(type_identifier) @call
(marker_annotation name: (identifier) @call)
(annotation name: (identifier) @call)

(import_declaration (_) @import)
