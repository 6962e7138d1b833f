"""The command line: parse, ask, show. Every decision is made elsewhere."""

from __future__ import annotations

import contextlib
import gc
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

import typer
import typer.core

from . import __version__, model
from .answer import Answer
from .appraisal import VERDICTS
from .dataset import KINDS, Dataset, Named
from .faults import FaultyDataset
from .query import Question
from .search import UnknownName, nearest, resolve

EXIT_USAGE = 2
EXIT_FAULTY = 3
EXIT_UNWRITTEN = 1

Format = Literal["table", "json", "jsonl", "csv", "tsv", "markdown", "html", "svg", "bibtex", "ris", "csl-json"]

_MAKERS: dict[str, Callable[[], Callable[..., None]]] = {}
"""Command name -> what makes its function. A command is made when it is called: Typer takes half a
millisecond for each option, and there are some two hundred."""


class _Commands(typer.core.TyperGroup):
    """The commands, each made when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return list(_MAKERS)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in _MAKERS and not args[0].startswith("-"):
            from rapidfuzz import process

            near = [match[0] for match in process.extract(args[0], list(_MAKERS), limit=2, score_cutoff=60)]
            raise UnknownName("command", args[0], near, "iimtx --help")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _MAKERS:
            return None
        single = typer.Typer(add_completion=False, context_settings=_CONTEXT, rich_markup_mode=_HELP)
        function = _MAKERS[cmd_name]()
        single.command(cmd_name, help=function.__doc__)(function)
        return typer.main.get_command(single)


_HELP: Literal["rich"] | None = "rich" if sys.stdout is not None and sys.stdout.isatty() else None
"""Help is drawn with boxes on a terminal only."""

_CONTEXT = {"help_option_names": ["-h", "--help"]}

app = typer.Typer(
    name="iimtx",
    cls=_Commands,
    help="Treatment evidence in the idiopathic inflammatory myopathies, offline, every claim cited.",
    pretty_exceptions_enable=False,
    rich_markup_mode=_HELP,
    context_settings=_CONTEXT,
)


# --- names on the command line ------------------------------------------------------------------


def _complete(kind: str) -> Callable[[str], list[tuple[str, str]]]:
    def complete(incomplete: str) -> list[tuple[str, str]]:
        """Names without spaces that begin with what was typed, as typed or with "anti-" before it."""
        from .names import names_of

        start = incomplete.casefold()
        starts = (start, f"anti-{start}")
        return [
            (name, record.name)
            for record in getattr(Dataset(), KINDS[kind])
            for name in dict.fromkeys(names_of(record))
            if " " not in name and name.casefold().startswith(starts)
        ]

    return complete


def _option(*flags: str, kind: str = "", help: str = "") -> Any:
    return typer.Option(*flags, help=help, autocompletion=_complete(kind) if kind else None)


def _choice(flag: str, words: tuple[str, ...], help: str, *flags: str) -> Any:
    """An option that takes one of a few words; `_words` checks them."""
    text = f"{help} One of: {', '.join(words)}."
    return Annotated[
        list[str] | None,
        typer.Option(
            flag, *flags, help=text, metavar="WORD", autocompletion=lambda: [word.replace(" ", "-") for word in words]
        ),
    ]


_SAME = {"children": "child", "adults": "adult", "running": "ongoing", "USA": "US", "Japan": "JP", "Europe": "EU"}


def _words(flag: str, typed: list[str] | None, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """The words typed for an option, in the dataset's spelling. Raises `UnknownName`."""
    from .names import fold

    known = {fold(word): word for word in allowed}
    known |= {fold(other): word for other, word in _SAME.items() if word in allowed}
    found = []
    for word in typed or ():
        if fold(word) not in known:
            from rapidfuzz import process

            near = [match[0] for match in process.extract(word, allowed, limit=1, score_cutoff=60)]
            raise UnknownName(f"value for {flag}:", word, near, ", ".join(allowed))
        found.append(known[fold(word)])
    return tuple(dict.fromkeys(found))


_SETTINGS: tuple[str, ...] = tuple(word for word in get_args(model.Setting) if word != "any")
_AGES: tuple[str, ...] = get_args(model.Age)
_DIRECTIONS: tuple[str, ...] = get_args(model.Direction)
_STATUSES: tuple[str, ...] = ("ongoing", *get_args(model.StudyStatus))
_JURISDICTIONS: tuple[str, ...] = get_args(model.Jurisdiction)
_PREGNANCY = ("compatible", "with-limits", "avoid", "contraindicated", "insufficient-data", "unknown")


_FILTERS: dict[str, Any] = {
    "subtype": Annotated[list[str] | None, _option("--subtype", "-s", kind="subtype", help="Disease: IMNM, DM, anti-SRP IMNM ...")],
    "antibody": Annotated[list[str] | None, _option("--antibody", "-a", kind="antibody", help="Autoantibody: MDA5, HMGCR, Jo-1 ...")],
    "manifestation": Annotated[list[str] | None, _option("--manifestation", "-m", kind="manifestation", help="Organ: skin, ild, rp-ild, calcinosis, dysphagia ...")],
    "drug_class": Annotated[list[str] | None, _option("--class", "-c", kind="class", help="Class: JAK inhibitor, biologics ...")],
    "exclude_class": Annotated[list[str] | None, _option("--exclude-class", kind="class", help="Leave a class out.")],
    "therapy": Annotated[list[str] | None, _option("--therapy", "-t", kind="therapy", help="One therapy, by any of its names.")],
    "setting": _choice("--setting", _SETTINGS, "Line of treatment."),
    "refractory": Annotated[bool, _option("--refractory", "-r", help="Same as --setting refractory.")],
    "age": _choice("--age", _AGES, "Adults or children."),
    "direction": _choice("--direction", _DIRECTIONS, "Which way the result points."),
    "status": _choice("--status", _STATUSES, "State of the study; ongoing: no result yet."),
    "as_of": Annotated[int | None, typer.Option("--as-of", metavar="YEAR", min=1940, max=2100, help="Only what was known by the end of that year.")],
}  # fmt: skip
_OUTPUT: dict[str, Any] = {
    "format": Annotated[Format, typer.Option("--format", "-f", help="How to print the answer.")],
    "as_json": Annotated[bool, typer.Option("--json", help="Same as --format json.")],
}
_DEFAULTS: dict[str, Any] = {"refractory": False, "format": "table", "as_json": False}


def _question(dataset: Dataset, typed: dict[str, Any]) -> Question:
    """The filters as typed, names resolved. Raises `UnknownName`."""

    def ids(kind: str, option: str, everything: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(resolve(dataset, kind, name, everything) for name in typed[option] or ()))

    refractory = ["refractory"] if typed["refractory"] else []
    return Question(
        subtypes=ids("subtype", "subtype", "iimtx subtypes"),
        antibodies=ids("antibody", "antibody", "iimtx antibodies"),
        manifestations=ids("manifestation", "manifestation", ", ".join(m.id for m in dataset.manifestations)),
        classes=ids("class", "drug_class", "iimtx classes"),
        exclude_classes=ids("class", "exclude_class", "iimtx classes"),
        therapies=ids("therapy", "therapy", "iimtx therapies"),
        settings=_words("--setting", [*(typed["setting"] or ()), *refractory], _SETTINGS),
        ages=_words("--age", typed["age"], _AGES),
        directions=_words("--direction", typed["direction"], _DIRECTIONS),
        statuses=_words("--status", typed["status"], _STATUSES),
        as_of=typed["as_of"],
    )


def _command(
    filters: bool = False, leave_out: tuple[str, ...] = ()
) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Make a command of a function (dataset, [question], own options) -> Answer: adds the filter
    and output options, resolves names, shows the answer. `leave_out` names filters that would mean
    nothing there."""

    def register(ask: Callable[..., Answer]) -> Callable[..., Answer]:
        name = ask.__name__.rstrip("_").replace("_", "-")
        _MAKERS[name] = lambda: _function(ask, filters, leave_out)
        return ask

    return register


def _function(ask: Callable[..., Answer], filters: bool, leave_out: tuple[str, ...]) -> Callable[..., None]:
    own = list(inspect.signature(ask, eval_str=True).parameters.values())[2 if filters else 1 :]
    chosen_filters = {n: t for n, t in _FILTERS.items() if n not in leave_out} if filters else {}
    added = {**chosen_filters, **_OUTPUT}
    extra = [
        inspect.Parameter(n, inspect.Parameter.KEYWORD_ONLY, annotation=t, default=_DEFAULTS.get(n))
        for n, t in added.items()
    ]
    parameters = [*(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own), *extra]

    def run(**typed: Any) -> None:
        dataset = Dataset()
        as_json, chosen = typed.pop("as_json"), typed.pop("format")
        if filters:
            question = _question(dataset, {n: typed.pop(n, _DEFAULTS.get(n)) for n in _FILTERS})
            answer = ask(dataset, question, **typed)
        else:
            answer = ask(dataset, **typed)
        _show(dataset, answer, "json" if as_json else chosen)

    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    run.__doc__ = inspect.getdoc(ask)
    return run


# --- commands -----------------------------------------------------------------------------------


_AS_OF: Any = _FILTERS["as_of"]


@_command()
def subtypes(dataset: Dataset, as_of: _AS_OF = None) -> Answer:
    """The subtypes of myositis as a tree, with antibodies and how much has been studied."""
    from .answers import vocabulary

    return vocabulary.subtypes(dataset, as_of)


@_command()
def antibodies(dataset: Dataset, as_of: _AS_OF = None) -> Answer:
    """The autoantibodies, what they mean, and how much has been studied."""
    from .answers import vocabulary

    return vocabulary.antibodies(dataset, as_of)


@_command()
def classes(dataset: Dataset, as_of: _AS_OF = None) -> Answer:
    """The classes of therapy as a tree, with their members."""
    from .answers import vocabulary

    return vocabulary.classes(dataset, as_of)


@_command()
def glossary(dataset: Dataset, as_of: _AS_OF = None) -> Answer:
    """What refractory means, outcome measures and their thresholds, classifications."""
    from .answers import vocabulary

    return vocabulary.glossary(dataset, as_of)


@_command(filters=True)
def therapies(
    dataset: Dataset,
    question: Question,
    verdict: _choice("--verdict", VERDICTS, "Only with this verdict.") = None,  # type: ignore[valid-type]
    level: Annotated[list[int] | None, typer.Option("--level", min=1, max=5, help="Only at this OCEBM level.")] = None,
    approved_in: _choice("--approved-in", _JURISDICTIONS, "Only licensed there for the question.") = None,  # type: ignore[valid-type]
    pregnancy: _choice("--pregnancy", _PREGNANCY, "Only with this advice for pregnancy.") = None,  # type: ignore[valid-type]
) -> Answer:  # fmt: skip
    """What has been tried, in whom, how good the evidence is, what is approved and dangerous."""
    from .answers.therapies import Wish
    from .answers.therapies import therapies as ask

    wish = Wish(
        _words("--verdict", verdict, VERDICTS),
        tuple(level or ()),
        _words("--approved-in", approved_in, _JURISDICTIONS),
        _words("--pregnancy", pregnancy, _PREGNANCY),
    )
    return ask(dataset, question, wish)


@_command(filters=True)
def evidence(
    dataset: Dataset,
    question: Question,
    level: Annotated[list[int] | None, typer.Option("--level", min=1, max=5, help="Only at this OCEBM level.")] = None,
    definitions: Annotated[bool, typer.Option("--definitions", help="Print what each study meant by its setting.")] = False,
) -> Answer:  # fmt: skip
    """One row a finding: study, result, who, against what, level, source, how it was read."""
    from .answers.evidence import evidence as ask

    return ask(dataset, question, tuple(level or ()), definitions)


_OF_STUDIES = ("direction", "status")


@_command(filters=True, leave_out=_OF_STUDIES)
def guidelines(dataset: Dataset, question: Question) -> Answer:
    """What guidelines recommend for and against, with strength and level as printed."""
    from .answers.guidance import guidelines as ask

    return ask(dataset, question)


@_command(filters=True, leave_out=(*_OF_STUDIES, "setting", "refractory"))
def approvals(
    dataset: Dataset,
    question: Question,
    jurisdiction: _choice("--jurisdiction", _JURISDICTIONS, "Only there.", "-j") = None,  # type: ignore[valid-type]
) -> Answer:  # fmt: skip
    """What is licensed or designated for myositis, where and on what condition."""
    from .answers.guidance import licences

    return licences(dataset, question, _words("--jurisdiction", jurisdiction, _JURISDICTIONS))


@_command(filters=True, leave_out=("therapy", *_OF_STUDIES))
def compare(
    dataset: Dataset,
    question: Question,
    names: Annotated[list[str], typer.Argument(metavar="THERAPY THERAPY...", help="Two or more therapies.", autocompletion=_complete("therapy"))],
) -> Answer:  # fmt: skip
    """Therapies side by side for one question; head-to-head studies first."""
    from .answers.compare import compare as ask

    ids = tuple(dict.fromkeys(resolve(dataset, "therapy", n, "iimtx therapies") for n in names))
    if len(ids) < 2:
        raise _usage("compare needs two different therapies: iimtx compare rituximab ivig")
    return ask(dataset, ids, question)


@_command(filters=True, leave_out=("therapy", *_OF_STUDIES))
def why(
    dataset: Dataset,
    question: Question,
    name: Annotated[str, typer.Argument(metavar="THERAPY", help="A therapy or class.", autocompletion=_complete("therapy"))],
) -> Answer:  # fmt: skip
    """Which findings, at which level, led by which rule to the verdict, and what would change it."""
    from .answers.cards import why as ask

    found = dataset.find(name, ("therapy", "class"))
    return ask(dataset, found.record.id if found else resolve(dataset, "therapy", name, "iimtx therapies"), question)


@_command(filters=True, leave_out=("therapy", *_OF_STUDIES))
def show(
    dataset: Dataset,
    question: Question,
    name: Annotated[str, typer.Argument(metavar="NAME", help="A therapy, subtype, antibody, organ, class, study, guideline or term.")],
) -> Answer:  # fmt: skip
    """Everything about one therapy, subtype, antibody, organ, class, study, guideline or term."""
    from .answers.cards import card

    return card(dataset, _filterable(_entry(dataset, name), question), question)


def _filterable(found: Named, question: Question) -> Named:
    if question.asked() and found.kind in ("study", "guideline", "term"):
        raise _usage(f'Filters do not apply to a {found.kind}: "{found.record.name}".')
    return found


def _entry(dataset: Dataset, name: str) -> Named:
    """What `name` means, of any kind. Raises `UnknownName`."""
    found = dataset.find(name)
    if found is None:
        raise UnknownName("entry", name, nearest(dataset, name, KINDS), "iimtx search WORDS")
    return found


@_command()
def search(
    dataset: Dataset,
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help="A name as you remember it.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=200, help="At most so many.")] = 12,
    as_of: _AS_OF = None,
) -> Answer:
    """Fuzzy search over names, abbreviations, brands, antibodies, classes, studies, authors."""
    from .answers import vocabulary

    return vocabulary.found(dataset, " ".join(words), limit, as_of)


@_command(filters=True, leave_out=_OF_STUDIES)
def map_(
    dataset: Dataset,
    question: Question,
    rows: Annotated[Literal["therapies", "classes"], typer.Option("--rows", help="What the rows are.")] = "classes",
    columns: Annotated[Literal["subtypes", "manifestations"], typer.Option("--columns", help="What the columns are.")] = "subtypes",
) -> Answer:  # fmt: skip
    """An evidence map: verdicts by colour and shape, gaps left visible."""
    from .answers.evidencemap import evidence_map

    return evidence_map(dataset, question, rows, columns)


@_command(filters=True)
def forest(
    dataset: Dataset,
    question: Question,
    differences: Annotated[bool, typer.Option("--differences", help="Risk differences of two groups.")] = False,
) -> Answer:
    """Response rates with exact intervals where the source printed counts; never pooled."""
    from .answers.forest import forest as ask

    return ask(dataset, question, differences)


@_command(filters=True)
def cite(
    dataset: Dataset,
    question: Question,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="A therapy, study, guideline or any other entry.")
    ] = None,
) -> Answer:
    """The citations behind an entry or a question; --format bibtex, ris or csl-json exports them."""
    from .answers.cards import card
    from .answers.evidence import evidence as findings_of
    from .answers.vocabulary import citations

    if name is None:
        return citations(dataset, findings_of(dataset, question))
    return citations(dataset, card(dataset, _filterable(_entry(dataset, name), question), question))


@_command()
def about(dataset: Dataset, as_of: _AS_OF = None) -> Answer:
    """Version, dataset date, counts, how the facts were read, disclaimer."""
    from .answers import vocabulary

    return vocabulary.about(dataset, as_of)


def validate(
    folder: Annotated[Path | None, typer.Argument(metavar="[DIR]", help="A dataset folder; the bundled one if left out.")] = None,
) -> None:  # fmt: skip
    """Check a dataset: types, links, numbers, sources. Exit code 3 when it is faulty."""
    from .rules import load
    from .store import data_folder

    where = folder or data_folder()
    records = load(where)
    findings = sum(len(s.findings) for s in records.studies)
    _write(
        f"{where}: valid. {len(records.therapies)} therapies, {len(records.studies)} studies, {findings} findings, "
        f"{len(records.guidelines)} guidelines, {len(records.references)} references.\n"
    )


_MAKERS["validate"] = lambda: validate


@app.callback(invoke_without_command=True)
def _start(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        _write(f"iimtx {__version__}\n")
    elif context.invoked_subcommand is None:
        _write(_WELCOME)


_WELCOME = """\
iimtx: what has been tried in myositis, in whom, and how good the evidence is.

  iimtx therapies --subtype IMNM --refractory   what has been tried, best first
  iimtx show ivig --subtype DM                  one therapy: proof, dose, dangers
  iimtx search tofacitnib                       find anything, however it is spelt

Questions   therapies  evidence  guidelines  approvals  compare  why  map  forest
Look up     show  search  cite  subtypes  antibodies  classes  glossary
Dataset     about  validate

Answers have --help, --json and --format. Published evidence, not medical advice.
"""


# --- showing ------------------------------------------------------------------------------------


def _show(dataset: Dataset, answer: Answer, output: str) -> None:
    if output in ("bibtex", "ris", "csl-json"):
        from . import citations

        _write(citations.WRITERS[output](answer, dataset))
        return
    if output != "table":
        from . import formats

        _write(formats.WRITERS[output](answer, dataset))
        return
    if _is_terminal():
        from .draw import draw, terminal

        draw(answer, dataset.meta, terminal(sys.stdout), _ascii_only())
        return
    from . import plain
    from .words import ascii_text

    fit = ascii_text if _ascii_only() else str
    _write(fit(plain.text(answer)))
    _say(plain.notes(answer, dataset.meta))


def _is_terminal() -> bool:
    return sys.stdout is not None and (sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR")))


def _say(text: str) -> None:
    """To stderr, without control characters; nowhere when stderr is closed."""
    from .words import ascii_text, printable

    if sys.stderr is not None:
        fit = ascii_text if _ascii_only() else str
        with contextlib.suppress(OSError):
            sys.stderr.write(fit(printable(text)))


def _ascii_only() -> bool:
    """Whether the locale has nothing but ASCII. Under LANG=C Python itself sets LC_CTYPE to C.UTF-8
    (PEP 538), so that value says nothing."""
    named = [os.environ.get(n, "") for n in ("LC_ALL", "LC_CTYPE", "LANG")]
    first = next((value for value in named if value and value != "C.UTF-8"), "")
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    return first in ("C", "POSIX") or "utf" not in encoding


def _write(text: str) -> None:
    """To stdout as UTF-8, whatever the locale; nowhere when stdout is closed."""
    if sys.stdout is not None:
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.flush()


def _usage(message: str) -> typer.Exit:
    _say(message + "\n")
    return typer.Exit(EXIT_USAGE)


def main() -> None:
    """Run the command line; every failure is one clear message and a documented exit code."""
    gc.disable()  # a run lasts a moment and keeps almost everything it makes
    code = _run()
    # Leave without taking the dataset apart object by object: that took a tenth of a run.
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, AttributeError, ValueError):
            stream.flush()
    os._exit(code)


def _run() -> int:
    try:
        app()
    except UnknownName as unknown:
        _say(f"{unknown}\n")
        return EXIT_USAGE
    except FaultyDataset as faulty:
        _say(f"{faulty}\n{len(faulty.faults)} fault(s) in the dataset.\n")
        return EXIT_FAULTY
    except BrokenPipeError:  # the reader has gone (| head): nothing more to say
        return 0
    except OSError as error:
        _say(f"The answer cannot be written: {error.strerror}.\n")
        return EXIT_UNWRITTEN
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    return 0


__all__ = ["app", "main"]
