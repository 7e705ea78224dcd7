"""The tables of these documents, read off the code that they describe."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from access_tables import ACCESS_BLOCKS
from markdown_table import code, table
from router_tables import ROUTER_BLOCKS

from nexy.config.leaf import all_leaves
from nexy.config.switches_file import LIVE_KEYS
from nexy.config.unified_config import load_config
from nexy.contracts.commands import COMMANDS, ArgumentKind, ArgumentSpec
from nexy.contracts.errors import TAXONOMY
from nexy.core.module_factory import _MODULE_REGISTRY, OPTIONAL_MODULES, PLANNED_MODULES, ModuleFactory
from nexy_protocol import streaming_pb2

ROOT = Path(__file__).resolve().parents[1]
PROTO = streaming_pb2.DESCRIPTOR
FIRST_RELEASE = "0.1.0"
# Full names of what came later, with the release that brought it; everything else is as old as the contract.
SINCE: Mapping[str, str] = {}
# NEXY_ENV unset is "": dev's values with closed hosts.
ENVIRONMENTS = ("", "dev", "stage", "prod")

EFFECTS = {
    "features.use_module_coordinator": "off: new turns are refused with UNAVAILABLE; running ones finish",
    "features.forward_assistant_actions": "off: no command is offered to the model or sent; words still come",
    "features.browser_use": "off: browser commands are refused and have no section in the system prompt",
    "features.messages": "off: message commands are refused and have no section in the system prompt",
    "features.whatsapp": "off: WhatsApp commands are refused and have no section in the system prompt",
    "features.subscription": "off: subscription commands are refused and have no section in the system prompt",
    "kill_switches.disable_module_coordinator": "on: as `features.use_module_coordinator` off, and named in /status",
    "kill_switches.disable_forward_assistant_actions": "on: as `features.forward_assistant_actions` off",
}


def taxonomy() -> str:
    """Every error type with its statuses and what a client does."""
    rows = [
        (code(kind), code(row.grpc_status), f"{row.http_status} {code(row.http_name)}", row.client_action,
         "transient" if row.transient else "permanent")
        for kind, row in TAXONOMY.items()
    ]  # fmt: skip
    return table(("error_type", "gRPC status", "HTTP", "the client's action", "class"), rows)


def rpcs() -> str:
    """Every call of every service of the contract."""
    rows = [
        (code(f"{service.name}.{method.name}"),
         ("stream " if method.client_streaming else "") + method.input_type.name,
         ("stream " if method.server_streaming else "") + method.output_type.name, _since(method.full_name))
        for service in PROTO.services_by_name.values() for method in service.methods
    ]  # fmt: skip
    return table(("RPC", "request", "response", "since"), rows)


def messages() -> str:
    """Every field and enum value of the contract with its number and type."""
    rows = [
        (message.name, " · ".join(f"{field.number} `{field.name}` {_field_type(field)}" for field in message.fields),
         _since(message.full_name, *(field.full_name for field in message.fields)))
        for message in PROTO.message_types_by_name.values()
    ]  # fmt: skip
    rows += [
        (kind.name, " · ".join(f"{value.number} `{value.name}`" for value in kind.values),
         _since(kind.full_name, *(f"{kind.full_name}.{value.name}" for value in kind.values)))
        for kind in PROTO.enum_types_by_name.values()
    ]  # fmt: skip
    return table(("message", "number, field, type", "since"), rows)


def _since(full_name: str, *parts: str) -> str:
    later = [f"{part.rpartition('.')[2]} {SINCE[part]}" for part in parts if part in SINCE]
    return ", ".join([SINCE.get(full_name, FIRST_RELEASE), *later])


def _field_type(field: Any) -> str:  # noqa: ANN401  descriptors have two implementations
    """The type as the proto file writes it."""
    entry = field.message_type
    if entry is not None and entry.GetOptions().map_entry:
        key, value = (_scalar(entry.fields_by_name[name]) for name in ("key", "value"))
        return f"map<{key}, {value}>"
    group = field.containing_oneof
    if group is not None:
        optional = group.name.startswith("_")
        return ("optional " if optional else f"oneof {group.name}: ") + _scalar(field)
    return ("repeated " if field.is_repeated else "") + _scalar(field)


def _scalar(field: Any) -> str:  # noqa: ANN401
    if field.message_type is not None:
        return str(field.message_type.name)
    if field.enum_type is not None:
        return str(field.enum_type.name)
    names = [name for name in dir(field) if name.startswith("TYPE_") and getattr(field, name) == field.type]
    return names[0].removeprefix("TYPE_").lower()


def switches() -> str:
    """Every live value: its variable, where it starts in each environment, and what it does."""
    rows = [
        (code(path), code(all_leaves()[path].env), *_per_environment(path, _on_off), EFFECTS[path])
        for path in LIVE_KEYS
    ]  # fmt: skip
    return table(("key", "variable", "unset", "dev", "stage", "prod", "effect"), rows)


def settings() -> str:
    """Every other key: its variable, what it may hold, and its value where NEXY_ENV is unset and elsewhere."""
    return _settings_under("")


def _settings_under(*starts: str) -> str:
    """The keys whose paths begin so."""
    rows = [
        (code(path), code(leaf.env), leaf.allowed(), *_value_and_exceptions(_per_environment(path, leaf.shown)))
        for path, leaf in all_leaves().items()
        if path.startswith(starts) and path not in (*LIVE_KEYS, "environment", "home")
    ]  # fmt: skip
    return table(("key", "variable", "allowed", "value", "other values"), rows)


def _value_and_exceptions(values: Sequence[str]) -> tuple[str, str]:
    usual = values[0]
    others = [f"{name} {value}" for name, value in zip(ENVIRONMENTS, values, strict=True) if value != usual]
    return usual, ", ".join(others)


def _per_environment(path: str, show: Callable[[object], str]) -> list[str]:
    return [code(show(_loaded(name).origins[path].value)) for name in ENVIRONMENTS]


def _loaded(environment: str) -> Any:  # noqa: ANN401
    """The packaged configuration alone: no environment, and folders that hold nothing."""
    nowhere = ROOT / "docs" / "no-such-folder"
    return load_config({"NEXY_ENV": environment} if environment else {}, home=nowhere, cwd=nowhere)


def _on_off(value: object) -> str:
    return "on" if value else "off"


def commands() -> str:
    """The commands that an answer may carry."""
    rows = [
        (code(spec.name), ", ".join(map(_argument, spec.arguments)) or "none",
         code(f"features.{spec.feature}") if spec.feature else "always", "yes" if spec.confirm else "no",
         spec.feature_id or "")
        for spec in COMMANDS
    ]  # fmt: skip
    return table(("command", "arguments (* required)", "needs", "confirmed first", "feature id"), rows)


def _argument(spec: ArgumentSpec) -> str:
    bounds = f" {spec.minimum}..{spec.maximum} ({spec.default})" if spec.kind is ArgumentKind.INTEGER else ""
    suffix = f" (a trailing “{spec.strip_suffix}” is stripped)" if spec.strip_suffix else ""
    return f"`{spec.name}`{'*' if spec.required else ''}{bounds}{suffix}"


def modules() -> str:
    """The registry: every capability, its class, what it asks of others, and whether the server starts without it."""
    factory = ModuleFactory()
    rows = [
        (code(name), code(target), ", ".join(code(need) for need in factory.create(name).requires) or "none",
         "optional" if name in OPTIONAL_MODULES else "required")
        for name, target in _MODULE_REGISTRY.items()
    ]  # fmt: skip
    planned = ", ".join(code(name) for name in PLANNED_MODULES)
    head = ("capability", "class", "requires", "at start")
    return f"{table(head, rows)}\n\nPlanned, and named `absent` in /status until then: {planned}."


def floors() -> str:
    """The floors as import-linter checks them, top to bottom."""
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    layers = next(rule for rule in tools["importlinter"]["contracts"] if rule["type"] == "layers")["layers"]
    others = [rule["name"] for rule in tools["importlinter"]["contracts"] if rule["type"] != "layers"]
    drawn = "\n".join(f"  {layer}" for layer in layers)
    return f"```\n{drawn}\n```\n\nBeside the floors:\n\n" + "\n".join(f"- {name}" for name in others)


def targets() -> str:
    """What `make help` lists."""
    found = re.findall(r"^([a-z-]+):[^#\n]*## (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    return table(("target", "what it does"), [(code(f"make {name}"), about) for name, about in found])


def stages() -> str:
    """What `.ci/run` runs, in its order, and what each make target of it runs."""
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    makefile = (ROOT / "Makefile").read_text("utf-8")
    rows = []
    for name in re.findall(r"^make ([a-z-]+)$", script, re.MULTILINE):
        recipe = re.search(rf"^{name}:.*\n((?:\t.*\n)*)", makefile, re.MULTILINE)
        lines = recipe[1].replace("$(BIN)", ".venv/bin").splitlines() if recipe else []
        shown = [line.strip() for line in lines if line.startswith("\t.venv/bin")]
        rows.append((code(f"make {name}"), "<br>".join(code(line) for line in shown)))
    return table(("stage", "commands"), rows)


BLOCKS: Mapping[str, Callable[[], str]] = {
    "taxonomy": taxonomy,
    "rpcs": rpcs,
    "messages": messages,
    "switches": switches,
    "settings": settings,
    "commands": commands,
    "modules": modules,
    "floors": floors,
    "targets": targets,
    "stages": stages,
    "router-settings": lambda: _settings_under("api.", "ai_router."),
    "budget-settings": lambda: _settings_under("token_usage."),
    "access-settings": lambda: _settings_under("access."),
    **ACCESS_BLOCKS,
    **ROUTER_BLOCKS,
}
