"""KnowledgeBase: all published knowledge, read room by room and cross-checked."""

import hashlib
from functools import cached_property
from pathlib import Path

from knowledge.files import DATA, parse, read_yaml
from knowledge.policy import Policy


class KnowledgeBase:
    """Everything under a data folder. Each room is read when first asked for."""

    def __init__(self, data: Path = DATA) -> None:
        self.data = data

    @cached_property
    def hash(self) -> str:
        """Return a short hash of every data file."""
        digest = hashlib.sha256()
        for path in sorted(self.data.rglob("*.yaml")):
            digest.update(path.relative_to(self.data).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
        return digest.hexdigest()[:16]

    @cached_property
    def policies(self) -> dict[str, Policy]:
        """Policy id -> policy."""
        files = sorted((self.data / "policies").glob("*.yaml"))
        read = [parse(Policy, read_yaml(path), file=path.name) for path in files]
        return {policy.id: policy for policy in read}
