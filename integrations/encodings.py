"""The bytes of a file that somebody saved as text, in whatever encoding consoles and table programs write."""


def decoded(data: bytes) -> str | None:
    """UTF-8 with or without its mark, UTF-16 with it, else GB18030, which contains GBK and GB2312; None: no text."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    return None
