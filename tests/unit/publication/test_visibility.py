"""What the YAML of a model keeps from readers, and in which schema they find it."""

import json

import duckdb
import pytest

from publication import tables, visibility
from publication.publish import publish
from publication.visibility import Visibility


def _node(schema: str, name: str, meta: dict, columns: dict[str, dict] | None = None, kind: str = "model") -> dict:
    return {
        "schema": schema,
        "name": name,
        "alias": name,
        "resource_type": kind,
        "config": {"meta": meta},
        "columns": {column: {"config": {"meta": of_column}} for column, of_column in (columns or {}).items()},
    }


@pytest.fixture
def manifest(tmp_path):
    def write(*nodes: dict):
        file = tmp_path / "manifest.json"
        sources = {"as_of": {"schema": "quality", "identifier": "as_of"}}
        file.write_text(json.dumps({"nodes": {str(n): node for n, node in enumerate(nodes)}, "sources": sources}))
        return file

    return write


def test_the_manifest_says_what_is_private_and_where_tables_are_published(manifest):
    found = visibility.of_manifest(
        manifest(
            _node("core", "fct_cpp", {}, {"cpp_key": {}, "last_version": {"private": True}}),
            _node("core", "fct_child_journey", {"private": True}),
            _node("measures", "fct_cpp_monthly", {"published_schema": "core"}),
            _node("measures", "members", {}),
            _node("core", "a_test", {"private": True}, kind="test"),
        )
    )
    assert found == Visibility(
        private_tables=frozenset({"core.fct_child_journey"}),
        private_columns={"core.fct_cpp": frozenset({"last_version"})},
        published_schemas={"measures.fct_cpp_monthly": "core"},
        known=frozenset(
            {"core.fct_cpp", "core.fct_child_journey", "measures.fct_cpp_monthly", "measures.members"}
            | {"quality.as_of", "quality.check_results", "quality.findings", "quality.held_back"}
        ),
    )
    where = {name: found.schema_of(name) for name in ("core.fct_cpp", "core.fct_child_journey", "measures.members")}
    assert where == {"core.fct_cpp": "core", "core.fct_child_journey": None, "measures.members": None}
    assert found.schema_of("measures.fct_cpp_monthly") == "core"
    assert found.schema_of("core.fct_cpp_monthly") is None  # of a warehouse that earlier code built
    assert found.schema_of("quality.findings") == found.schema_of("quality.as_of") == "quality"


def test_a_schema_that_readers_do_not_have_is_refused(manifest):
    with pytest.raises(ValueError, match=r"the project has measures\.members in staging"):
        visibility.of_manifest(manifest(_node("measures", "members", {"published_schema": "staging"})))


RULES = Visibility(
    frozenset({"core.fct_secret"}),
    {
        "core.fct_cpp": frozenset({"last_version", "failed_checks"}),
        "measures.fct_cpp_monthly": frozenset({"loaded_at"}),
    },
    {"measures.fct_cpp_monthly": "core", "measures.fct_doubled": "core"},
)


@pytest.fixture
def warehouse(tmp_path):
    file = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(file)) as con:
        for statement in (
            "create schema reference",
            "create schema core",
            "create schema measures",
            "create schema marts",
            "create schema quality",
            "create table reference.authorities as select 'E1' as authority_code, 'A' as authority_name, 'a' as folder",
            """
            create table core.fct_cpp as
            select 'E1' as authority_code, 'k' as cpp_key, 1 as last_version, 'x' as failed_checks
            """,
            "comment on column core.fct_cpp.cpp_key is 'Key of the plan.'",
            "create table core.fct_secret as select 1 as one",
            "create table measures.fct_cpp_monthly as select 'E1' as authority_code, 5 as cpp_total, 1 as loaded_at",
            "comment on table measures.fct_cpp_monthly is 'A month.'",
            """
            create view measures.fct_doubled as
            select authority_code, 2 * cpp_total as doubled from measures.fct_cpp_monthly
            """,
            "create table measures.members as select 1 as one",
            "create table marts.kpi_monthly (authority_code varchar, month date, value double)",
            """
            create table quality.check_results as
            select 'passed' as status, 'a' as check_id, 'dbt' as tool, 'v' as code_version, 'error' as severity,
                'r' as run_id, 0 as breaches, 'marts.x' as asset, timestamp '2014-01-02' as checked_at
            """,
            """
            create table quality.ingest_ledger as
            select timestamp '2014-01-01' as presence_changed_at, timestamp '2014-01-01' as loaded_at,
                'croydon/2013-12/overview.csv' as file_path, null::varchar as sheet, 1 as received_number
            """,
        ):
            con.execute(statement)
    return file


def test_readers_find_no_private_column_and_tables_where_they_were_promised(warehouse, tmp_path):
    publish(warehouse, tmp_path / "published", "run", blocking=["a"], visibility=RULES)
    with duckdb.connect(str(tmp_path / "published" / "csc.duckdb"), read_only=True) as con:
        published = {str(table): table for table in tables.of(con, "csc")}
        assert [name for name in published if name.startswith(("core.", "measures."))] == [
            "core.fct_cpp",
            "core.fct_cpp_monthly",
            "core.fct_doubled",
        ]
        assert list(published["core.fct_cpp"].columns) == ["authority_code", "cpp_key"]
        assert published["core.fct_cpp"].columns["cpp_key"].comment == "Key of the plan."
        assert published["core.fct_cpp_monthly"].comment == "A month."
        assert con.execute("from core.fct_cpp_monthly").fetchall() == [("E1", 5)]
        assert con.execute("from core.fct_doubled").fetchall() == [("E1", 10)]
    assert (tmp_path / "published" / "parquet" / "core" / "fct_doubled.parquet").exists()
    assert not (tmp_path / "published" / "parquet" / "measures").exists()


def test_two_tables_of_one_name_are_refused(warehouse):
    with duckdb.connect(str(warehouse)) as con:
        con.execute("create table core.fct_cpp_monthly as select 1 as one")
        with pytest.raises(ValueError, match=r"two tables would be published as core\.fct_cpp_monthly"):
            tables.of(con, "warehouse", RULES)
