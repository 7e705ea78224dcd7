; definitions
(function_item name: (_) @name body: (_) @body) @function
(struct_item name: (_) @name body: (_)? @body) @class
(enum_item name: (_) @name body: (_) @body) @class
(union_item name: (_) @name body: (_) @body) @class
(trait_item name: (_) @name body: (_) @body) @class
(type_item name: (_) @name type: (_) @body) @class
(impl_item type: (_) @name body: (_) @body) @part
(macro_definition name: (_) @name) @function

; mentions
[(line_comment) (block_comment)] @comment
(attribute_item) @lead

(call_expression
  function: [
    (identifier) @call
    (field_expression field: (_) @call)
    (scoped_identifier name: (_) @call)
    (generic_function
      function: [
        (identifier) @call
        (field_expression field: (_) @call)
        (scoped_identifier name: (_) @call)
      ])
  ])
(macro_invocation macro: [(identifier) @call (scoped_identifier name: (_) @call)])
(type_identifier) @call

(const_item name: (_) @assign)
(static_item name: (_) @assign)

(use_declaration argument: (_) @import)
(mod_item name: (_) @import)

; wrapped
(source_file (macro_invocation (token_tree) @items) @macro)
(source_file (expression_statement (macro_invocation (token_tree) @items) @macro))
(declaration_list (macro_invocation (token_tree) @items) @macro)
