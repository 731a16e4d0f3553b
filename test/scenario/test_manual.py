"""What the program says of itself, its manual page and docs/settings.md tell of the same things."""

import json
import pathlib
import re

import program

DOCS = pathlib.Path(__file__).resolve().parents[2] / "docs"
ROW = re.compile(r"^  ([a-z][a-z0-9-]*)  +\S", re.M)
OPTION = re.compile(r"^ +(--[a-z][a-z0-9-]*)", re.M)


def shown(*words):
    result = program.cameo(*words)
    assert result.code == 0, result
    return result.text


def rows_of(text, heading):
    """The first words of the lines below a heading."""
    return ROW.findall(text.split(f"{heading}:\n", 1)[1].split("\n\n", 1)[0])


def in_program():
    """Each command with its verb, and its options."""
    found = {}
    for command in rows_of(shown("help"), "commands"):
        text = shown(command, "--help")
        assert shown("help", command) == text
        if "\nverbs:\n" not in text:
            found[command] = set(OPTION.findall(text))
            continue
        for verb in rows_of(text, "verbs"):
            found[f"{command} {verb}"] = set(OPTION.findall(shown(command, verb, "--help")))
    return found


def in_manual():
    """The same, from the sections of the page; an option stands at the start of its line."""
    text = (DOCS / "man" / "cameo.1").read_text("utf-8").replace("\\-", "-")
    commands = text.split("\n.SH COMMANDS\n", 1)[1].split("\n.SH ", 1)[0]
    found = {}
    for section in re.split(r"^\.SS ", commands, flags=re.M)[1:]:
        heading, body = section.split("\n", 1)
        name = " ".join(word for word in heading.split() if word.islower() and word.replace("-", "").isalnum())
        found[name] = set(re.findall(r"^\.T[PQ]\n\.BI? (--[a-z0-9-]+)", body, flags=re.M))
    return found


def test_the_manual_has_every_command_verb_and_option_and_no_other():
    program_has, manual_has = in_program(), in_manual()
    assert manual_has.keys() == program_has.keys()
    for name, options in program_has.items():
        assert manual_has[name] | {"--help"} == options | {"--help"}, name


def test_docs_settings_has_every_setting_with_its_default_and_bounds():
    lines = (DOCS / "settings.md").read_text("utf-8").splitlines()
    told = {cells[1]: cells for cells in ([cell.strip(" `") for cell in line.strip("|").split("|")]
                                          for line in lines if line.startswith("|")) if cells[1:]}
    settings = json.loads(shown("help", "settings", "--json"))
    assert len(settings) > 10
    for setting in settings:
        cells = told.pop(setting["name"])
        assert cells[0] == setting["section"]
        assert cells[2:6] == [setting[key] for key in ("type", "default", "least", "most")]
    assert all(not re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)+", name) for name in told)
