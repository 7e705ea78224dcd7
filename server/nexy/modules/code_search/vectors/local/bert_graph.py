"""A BERT encoder as an ONNX graph, made from its weights: the linear layers in int8, everything else in float32."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec

from nexy.modules.code_search.vectors.local.onnx_nodes import GraphNodes

if TYPE_CHECKING:
    from nexy.modules.code_search.vectors.embedder import Rows
    from nexy.modules.code_search.vectors.local.safetensors import Weights

Linear: TypeAlias = "Callable[[GraphNodes, str, Rows, Rows], str]"
OUTPUT = "last_hidden_state"
_FIELDS = ("query", "key", "value")


class BertShape(msgspec.Struct, frozen=True, kw_only=True):
    """What a model's config.json says of its form; names as there."""

    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    vocab_size: int
    max_position_embeddings: int = 512
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12
    model_type: str = "bert"
    hidden_act: str = "gelu"
    position_embedding_type: str = "absolute"


def bert_graph(shape: BertShape, weights: "Weights", linear: Linear) -> Any:  # noqa: ANN401  a ModelProto
    """The model: int64 `input_ids`, `attention_mask`, `token_type_ids` (text, token) to one float32 row per token.

    Each multiplication by a matrix is made by `linear`. Raises `VectorsUnavailable` for weights that do not fit.
    """
    encoder = _Encoder(shape, weights, linear)
    encoder.embeddings()
    for layer in range(shape.num_hidden_layers):
        encoder.layer(f"encoder.layer.{layer}.")
    return encoder.nodes.model(shape.hidden_size, encoder.rows, OUTPUT)


def int8_linear(nodes: GraphNodes, given: str, weight: "Rows", bias: "Rows") -> str:
    """Weights in int8 with a scale for each output; what comes in is rounded to uint8 as it comes."""
    import numpy as np

    largest = np.abs(weight).max(axis=0) / np.iinfo(np.int8).max
    scale = np.where(largest > 0, largest, 1.0).astype(np.float32)
    rounded = np.rint(weight / scale).astype(np.int8)
    inputs = [given, nodes.constant(rounded), nodes.constant(scale), nodes.constant(np.zeros(len(scale), np.int8))]
    return nodes.add("DynamicQuantizeMatMul", [*inputs, nodes.constant(bias)], own=True)


def float_linear(nodes: GraphNodes, given: str, weight: "Rows", bias: "Rows") -> str:
    """The weights as they are: four times as large and a third as fast; what int8 is held against."""
    product = nodes.add("MatMul", [given, nodes.constant(weight)])
    return nodes.add("Add", [product, nodes.constant(bias)])


class _Encoder:
    """The parts of the network in their order; `rows` names what the last one gives."""

    def __init__(self, shape: BertShape, weights: "Weights", linear: Linear) -> None:
        self.nodes = GraphNodes()
        self.rows = ""
        self._shape = shape
        self._weights = weights
        self._linear = linear
        # Some files name every tensor as part of a larger model.
        self._prefix = "" if "embeddings.word_embeddings.weight" in weights else "bert."
        self._mask = self.nodes.add("Cast", ["attention_mask"], to=self.nodes.types.INT32)

    def _read(self, name: str, *shape: int) -> "Rows":
        return self._weights.read(self._prefix + name, shape)

    def embeddings(self) -> None:
        """Word, place and segment together, normed."""
        import numpy as np

        nodes, shape = self.nodes, self._shape
        words = self._read("embeddings.word_embeddings.weight", shape.vocab_size, shape.hidden_size)
        # Half of the bytes, and no difference that the rounding after it would not swallow.
        word = nodes.add("Gather", [nodes.constant(words.astype(np.float16)), "input_ids"])
        places = self._read("embeddings.position_embeddings.weight", shape.max_position_embeddings, shape.hidden_size)
        zero = nodes.constant(np.zeros(1, np.int64))
        length = nodes.add("Shape", ["input_ids"], start=1, end=2)
        place = nodes.add("Slice", [nodes.constant(places), zero, length, zero])
        segments = self._read("embeddings.token_type_embeddings.weight", shape.type_vocab_size, shape.hidden_size)
        segment = nodes.add("Gather", [nodes.constant(segments), "token_type_ids"])
        word_and_place = nodes.add("Add", [nodes.add("Cast", [word], to=nodes.types.FLOAT), place])
        self.rows = self._normed(nodes.add("Add", [word_and_place, segment]), "embeddings.LayerNorm")

    def layer(self, name: str) -> None:
        """Attention, then the two dense layers; each is added to what came in, and normed."""
        hidden, inner = self._shape.hidden_size, self._shape.intermediate_size
        seen = self._dense(self._attention(name), f"{name}attention.output.dense", hidden, hidden)
        joined = self._normed(self.nodes.add("Add", [seen, self.rows]), f"{name}attention.output.LayerNorm")
        wide = self.nodes.add("Gelu", [self._dense(joined, f"{name}intermediate.dense", hidden, inner)])
        narrow = self._dense(wide, f"{name}output.dense", inner, hidden)
        self.rows = self._normed(self.nodes.add("Add", [narrow, joined]), f"{name}output.LayerNorm")

    def _attention(self, name: str) -> str:
        """All three projections at once: one larger product is faster than three."""
        import numpy as np

        hidden = self._shape.hidden_size
        parts = [f"{name}attention.self.{part}" for part in _FIELDS]
        weight = np.concatenate([self._read(f"{part}.weight", hidden, hidden).T for part in parts], axis=1)
        bias = np.concatenate([self._read(f"{part}.bias", hidden) for part in parts])
        fields = self.nodes.split(self._linear(self.nodes, self.rows, weight, bias), len(_FIELDS))
        heads = self._shape.num_attention_heads
        return self.nodes.add("MultiHeadAttention", [*fields, "", self._mask], own=True, num_heads=heads)

    def _dense(self, given: str, name: str, inputs: int, outputs: int) -> str:
        weight, bias = self._read(f"{name}.weight", outputs, inputs), self._read(f"{name}.bias", outputs)
        return self._linear(self.nodes, given, weight.T, bias)

    def _normed(self, given: str, name: str) -> str:
        hidden = self._shape.hidden_size
        scale, bias = (self.nodes.constant(self._read(f"{name}.{part}", hidden)) for part in ("weight", "bias"))
        eps = self._shape.layer_norm_eps
        return self.nodes.add("LayerNormalization", [given, scale, bias], axis=-1, epsilon=eps)


def unfit(shape: BertShape) -> Sequence[str]:
    """What in a model's form this graph does not do; empty where it fits."""
    wanted = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
    return [f"{key} {getattr(shape, key)}" for key, value in wanted.items() if getattr(shape, key) != value]
