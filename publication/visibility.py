"""What readers see of the private warehouse, as the YAML of the dbt models says.

A model with `config: {meta: {private: true}}` is not published, nor is a column with it: bookkeeping stays private. A
model with `published_schema` in its meta is published in that schema, whichever one it is built in.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCHEMAS = ("core", "marts", "quality", "reference")
NOT_OF_DBT = {"quality.check_results", "quality.findings", "quality.held_back"}


@dataclass(frozen=True)
class Visibility:
    """Which tables and columns are private, and which tables are published in another schema. Tables: `schema.name`.

    `known` are the tables there are by the code as it is, None for all: a warehouse built by earlier code has others.
    """

    private_tables: frozenset[str] = frozenset()
    private_columns: Mapping[str, frozenset[str]] = field(default_factory=dict)
    published_schemas: Mapping[str, str] = field(default_factory=dict)
    known: frozenset[str] | None = None

    def schema_of(self, table: str) -> str | None:
        """Return the schema in which readers find a table of the private warehouse; None where they do not."""
        if table in self.private_tables or (self.known is not None and table not in self.known):
            return None
        schema = self.published_schemas.get(table, table.split(".")[0])
        return schema if schema in SCHEMAS else None


def of_manifest(file: Path) -> Visibility:
    """Read dbt's `manifest.json`. Raises `ValueError` for a `published_schema` that readers do not have."""
    manifest = json.loads(file.read_text())
    nodes, sources = manifest["nodes"].values(), manifest["sources"].values()
    built = {f"{node['schema']}.{node['alias']}": node for node in nodes if node["resource_type"] in ("model", "seed")}
    metas = {name: node["config"].get("meta", {}) for name, node in built.items()}
    columns = {name: _private_columns(node) for name, node in built.items()}
    schemas = {name: str(meta["published_schema"]) for name, meta in metas.items() if "published_schema" in meta}
    if unknown := {name: schema for name, schema in schemas.items() if schema not in SCHEMAS}:
        listed = ", ".join(f"{name} in {schema}" for name, schema in unknown.items())
        raise ValueError(f"published_schema must be one of {', '.join(SCHEMAS)}; the project has {listed}")
    return Visibility(
        private_tables=frozenset(name for name, meta in metas.items() if meta.get("private")),
        private_columns={name: private for name, private in columns.items() if private},
        published_schemas=schemas,
        known=frozenset({*built, *NOT_OF_DBT, *(f"{source['schema']}.{source['identifier']}" for source in sources)}),
    )


def _private_columns(node: Mapping[str, Any]) -> frozenset[str]:
    columns = node["columns"].items()
    return frozenset(name for name, column in columns if column.get("config", {}).get("meta", {}).get("private"))
