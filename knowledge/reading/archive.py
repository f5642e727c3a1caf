"""A zip archive -> its members, without following where they point."""

import posixpath
import stat
import zipfile
from dataclasses import dataclass

from knowledge.errors import ReadingError
from knowledge.reading.guard import Limits, open_zip, read_member


@dataclass(frozen=True)
class Member:
    """A file in an archive: its bytes, or why it was left."""

    name: str
    """Path within the archive, for display and for telling members apart; never a place to write to."""
    data: bytes
    refused: str = ""


def members(data: bytes, *, name: str, limits: Limits, depth: int = 0) -> list[Member]:
    """Return the files of an archive in order; nothing is written anywhere.

    Members that point outside, links, encrypted ones, duplicates and archives nested too deep are
    returned with the reason in place of their bytes.

    Raises:
        ReadingError: The archive itself is damaged or over the caps.
    """
    archive = open_zip(data, name, limits)
    seen: set[str] = set()
    found: list[Member] = []
    for info in archive.infolist():
        if info.is_dir() or _is_litter(info.filename):
            continue
        shown = _shown(info)
        refused = _refusal(info, shown, seen)
        seen.add(shown)
        if refused:
            found.append(Member(shown, b"", refused))
            continue
        try:
            content = read_member(archive, info, shown)
        except ReadingError as error:
            found.append(Member(shown, b"", f"{error.what}；{error.remedy}"))
            continue
        if content.startswith(b"PK\x03\x04") and shown.lower().endswith(".zip"):
            found += _nested(content, shown, limits, depth)
        else:
            found.append(Member(shown, content))
    return found


def _nested(content: bytes, shown: str, limits: Limits, depth: int) -> list[Member]:
    if depth + 1 >= limits.depth:
        return [Member(shown, b"", f"压缩包嵌套超过 {limits.depth} 层；请解压后再上传")]
    try:
        inner = members(content, name=shown, limits=limits, depth=depth + 1)
    except ReadingError as error:
        return [Member(shown, b"", f"{error.what}；{error.remedy}")]
    return [Member(f"{shown}/{member.name}", member.data, member.refused) for member in inner]


def _shown(info: zipfile.ZipInfo) -> str:
    """Return a member's name; names written without the UTF-8 flag are Chinese Windows' GBK."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("gb18030")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return info.filename


def _refusal(info: zipfile.ZipInfo, shown: str, seen: set[str]) -> str:
    path = shown.replace("\\", "/")
    if path.startswith("/") or ".." in path.split("/") or (len(path) > 1 and path[1] == ":"):
        return "路径指向压缩包之外，已忽略"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "符号链接，已忽略"
    if shown in seen:
        return "与前一个文件重名，只取了第一个"
    return ""


def _is_litter(name: str) -> bool:
    base = posixpath.basename(name)
    return name.startswith("__MACOSX/") or base in {".DS_Store", "Thumbs.db"} or base.startswith("~$")
