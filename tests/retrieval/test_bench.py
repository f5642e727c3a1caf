"""The benches measure what they say, at a size that takes a moment."""

import pytest

from evals import bench_retrieval


def test_growth_is_measured_for_both_arms() -> None:
    found = bench_retrieval.measure(150)
    assert set(found) == {"index", "words", "default"}
    assert found["index"]["texts_mb"] < found["index"]["disk_mb"]
    for arm in ("words", "default"):
        figures = found[arm]
        assert figures["over_floor"] == pytest.approx(figures["cpu_ms"] / figures["floor_ms"])
        assert 0 < figures["floor_ms"] < figures["cpu_ms"]
        assert figures["postings"] > 150


def test_exact_and_approximate_search_the_same_vectors() -> None:
    """At a size where HNSW looks at nearly everything, it finds what exact search finds."""
    pytest.importorskip("chromadb")
    figures = bench_retrieval.measure_vectors(300)["vectors"]
    assert figures["recall"] > 0.9
    assert {"exact_ms", "exact_place_ms", "half_ms", "chroma_bare_ms", "chroma_door_place_ms"} <= set(figures)


def test_a_table_names_what_a_row_lacks() -> None:
    lines = bench_retrieval.table({"10": {"a": 1.0}, "20": {"a": 2.0, "b": 3.0}}).splitlines()
    assert lines[0] == "| | a | b |"
    assert lines[2:] == ["| 10 | 1 | – |", "| 20 | 2 | 3 |"]
