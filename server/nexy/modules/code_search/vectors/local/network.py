"""One loaded model: text in, a row of numbers out."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from nexy.modules.code_search.vectors.embedder import VectorsUnavailable
from nexy.modules.code_search.vectors.local.extra import needs_vectors_extra
from nexy.modules.code_search.vectors.local.model_files import ModelFiles
from nexy.modules.code_search.vectors.unit_rows import unit_rows
from nexy.utils.encodable import encodable

if TYPE_CHECKING:
    import numpy as np

    from nexy.modules.code_search.vectors.embedder import Rows

# More than any tokenizer makes of one token on average; what lies beyond would be cut off anyway.
_CHARACTERS_PER_TOKEN = 16
_ERRORS_ONLY = 3
_ROW_PER_TEXT = 2
_ONNX_FAILURES = ("Fail", "InvalidArgument", "InvalidGraph", "InvalidProtobuf", "NoSuchFile", "NotImplemented",
                  "RuntimeException", "ModelLoaded", "NoModel", "EngineError", "EPFail")  # fmt: skip
_SENTENCE = "sentence_embedding"


class Network:
    """Runs one text at a time: no padding, and a text's vector does not depend on what was asked beside it."""

    def __init__(self, files: ModelFiles, *, threads: int, max_tokens: int) -> None:
        with needs_vectors_extra():
            import onnxruntime
            import tokenizers
        self._files = files
        tokens = min(max_tokens, files.most_tokens or max_tokens)
        self._characters = tokens * _CHARACTERS_PER_TOKEN
        with _failing_as(f"{files.network.parent} has no model that runs"):
            self._tokenizer = tokenizers.Tokenizer.from_buffer(files.tokenizer.read_bytes())
            self._tokenizer.no_padding()
            self._tokenizer.enable_truncation(tokens)
            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
            options.log_severity_level = _ERRORS_ONLY
            self._session = onnxruntime.InferenceSession(
                str(files.network), options, providers=["CPUExecutionProvider"]
            )
        self._inputs = {one.name for one in self._session.get_inputs()}
        self._sentence = _sentence_output([one.name for one in self._session.get_outputs()])

    def row(self, text: str, *, query: bool) -> "Rows":
        """The text's vector, (1, dimensions), of length one; raises `VectorsUnavailable` where the model fails."""
        import numpy as np

        prompt = self._files.query_prompt if query else self._files.text_prompt
        encoding = self._tokenizer.encode(prompt + encodable(text)[: self._characters])
        ids = np.array([encoding.ids], dtype=np.int64)
        known = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        with _failing_as("the model does not run"):
            given = self._session.run(None, {name: known[name] for name in self._inputs})
        return unit_rows(self._pooled(given), 1)

    def _pooled(self, given: list["np.ndarray"]) -> "np.ndarray":
        """A row for the text: the model's own where it gives one, else from the rows of its tokens."""
        tokens = given[self._sentence]
        if tokens.ndim == _ROW_PER_TEXT:
            return tokens
        pooled: np.ndarray = tokens[:, 0] if self._files.first_token else tokens.mean(axis=1)
        return pooled


def _sentence_output(names: list[str]) -> int:
    """The output that stands for the whole text; most models give the rows of the tokens first."""
    return names.index(_SENTENCE) if _SENTENCE in names else 0


@contextmanager
def _failing_as(what: str) -> Iterator[None]:
    """Turn whatever the libraries raise into `VectorsUnavailable`."""
    failures = _failures()
    try:
        yield
    except failures as problem:
        reason = (str(problem).splitlines() or [type(problem).__name__])[0]
        raise VectorsUnavailable(f"{what}: {reason}") from problem


@cache
def _failures() -> tuple[type[Exception], ...]:
    """Those of Python that mean a model of another form, and those of onnxruntime, which have no root of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as raised

    own = [getattr(raised, name, ValueError) for name in _ONNX_FAILURES]
    return (ValueError, KeyError, OSError, *own)
