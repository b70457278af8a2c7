"""Looking up values in the nested dictionaries of a file from outside."""


def look_up(origin, content, *keys):
    """Return ``content[key][key]...``; ValueError names the origin (a file) and the keys if they are not there."""
    for key in keys:
        if not isinstance(content, dict) or key not in content:
            raise ValueError(f"{origin} has no entry {' / '.join(keys)}; the file is not the published one")
        content = content[key]
    return content
