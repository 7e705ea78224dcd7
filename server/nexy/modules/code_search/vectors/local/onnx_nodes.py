"""A few words in which an ONNX graph is written down."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

# The first with Gelu in it; readers of this version came with it.
_OPERATIONS, _OWN_OPERATIONS, _FORMAT = 20, 1, 9
_OWN = "com.microsoft"
_INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class GraphNodes:
    """Nodes and constants in order; every one gets a name of its own, which is what the methods give back."""

    def __init__(self) -> None:
        import onnx

        self._onnx = onnx
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self.types = onnx.TensorProto

    def constant(self, numbers: "np.ndarray") -> str:
        """Numbers that belong to the model."""
        import numpy as np

        name = f"constant_{len(self._constants)}"
        self._constants.append(self._onnx.numpy_helper.from_array(np.ascontiguousarray(numbers), name))
        return name

    def add(self, operation: str, inputs: Sequence[str], *, own: bool = False, **attributes: Any) -> str:  # noqa: ANN401
        """One node with one output; `own`: an operation of onnxruntime's own."""
        return self._append(operation, inputs, 1, _OWN if own else "", **attributes)[0]

    def split(self, given: str, parts: int) -> Sequence[str]:
        """Equal parts along the last axis."""
        return self._append("Split", [given], parts, "", axis=-1, num_outputs=parts)

    def _append(
        self,
        operation: str,
        inputs: Sequence[str],
        outputs: int,
        domain: str,
        **attributes: Any,  # noqa: ANN401  whatever the operation takes
    ) -> Sequence[str]:
        names = [f"node_{len(self._nodes)}_{index}" for index in range(outputs)]
        make = self._onnx.helper.make_node
        self._nodes.append(make(operation, list(inputs), names, domain=domain, **attributes))
        return names

    def model(self, width: int, last: str, output: str) -> Any:  # noqa: ANN401  a ModelProto
        """The whole, with token numbers in and rows of `width` out."""
        helper = self._onnx.helper
        self._nodes.append(helper.make_node("Identity", [last], [output]))
        given = [helper.make_tensor_value_info(name, self.types.INT64, ["text", "token"]) for name in _INPUTS]
        out = helper.make_tensor_value_info(output, self.types.FLOAT, ["text", "token", width])
        graph = helper.make_graph(self._nodes, "encoder", given, [out], self._constants)
        imports = [helper.make_opsetid("", _OPERATIONS), helper.make_opsetid(_OWN, _OWN_OPERATIONS)]
        return helper.make_model(graph, opset_imports=imports, ir_version=_FORMAT)
