"""Looking up values in the nested dictionaries of a file from outside."""


def look_up(origin, content, *keys):
    """Look up ``content[key][key]...``.

    Parameters
    ----------
    origin : str or Path
        File for the message.
    content : dict
    *keys : str or int

    Returns
    -------
    object

    Raises
    ------
    ValueError
        If it is not there, or something on the way is no dictionary.
    """
    for key in keys:
        if not isinstance(content, dict) or key not in content:
            raise ValueError(f"{origin} has no entry {' / '.join(keys)}; the file is not the published one")
        content = content[key]
    return content
