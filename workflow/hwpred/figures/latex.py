"""Tables as LaTeX that can be pasted: a float with caption and label, rules of the package booktabs."""

from pandas.api.types import is_numeric_dtype

from hwpred.writing import MISSING, as_text, with_std

PREAMBLE = r"% \usepackage{booktabs, graphicx}"
_ESCAPED = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
_ESCAPED |= {sign: rf"\{sign}" for sign in "_%&#$" + "{}"}
_ESCAPED = str.maketrans(_ESCAPED)


def escaped(text):
    """Return a text that LaTeX prints as it is."""
    return "--" if text == MISSING else str(text).translate(_ESCAPED)


def pair(mean, std, bold=False):
    """Return a mean with its standard deviation, as ``hwpred.writing.with_std`` rounds them, in mathematics.

    Parameters
    ----------
    mean, std : float
        The mean may be missing, and with it everything; the standard deviation may be missing alone.
    bold : bool

    Returns
    -------
    str
        ``MISSING`` without a mean.
    """
    mean, std = with_std(mean, std)
    body = rf"{mean} \pm {std}" if std != MISSING else mean
    if mean == MISSING:
        return MISSING
    return rf"$\mathbf{{{body}}}$" if bold else f"${body}$"


def table_of(table, heads, caption, label):
    """Return a table as a float.

    Parameters
    ----------
    table : DataFrame
        Cells that begin with ``$`` are LaTeX already; all others are rounded as their columns declare, and escaped.
    heads : dict
        Column -> its head; of those that it lacks the name.
    caption, label : str
        The label stands behind ``tab:``.

    Returns
    -------
    str
        It needs the packages booktabs and graphicx: a table is as wide as the line.
    """
    kinds = "".join("r" if is_numeric_dtype(table[name]) or _is_mathematics(table[name]) else "l" for name in table)
    head, *body = [
        f"    {' & '.join(map(_cell, row))} \\\\"
        for row in ([heads.get(name, name) for name in table], *as_text(table).to_numpy().tolist())
    ]
    return "\n".join(
        [
            r"\begin{table}",
            r"  \centering",
            rf"  \caption{{{escaped(caption)}}}",
            rf"  \label{{tab:{label}}}",
            r"  \resizebox{\linewidth}{!}{%",
            rf"  \begin{{tabular}}{{{kinds}}}",
            *(r"    \toprule", head, r"    \midrule", *body, r"    \bottomrule"),
            r"  \end{tabular}}",
            r"\end{table}",
            "",
        ]
    )


def _cell(text):
    return text if str(text).startswith("$") else escaped(text)


def _is_mathematics(column):
    return column.astype(str).str.startswith("$").any()


def document(tables):
    """Return several tables as one file."""
    return "\n".join([PREAMBLE, "", *tables])
