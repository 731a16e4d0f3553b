"""tools/condense-openapi: what is kept of a description, and what must not be."""

import json
import pathlib
import subprocess

TOOL = pathlib.Path(__file__).resolve().parents[2] / "tools" / "condense-openapi"
GIVEN = {
    "swagger": "2.0", "info": {"description": "A sentence"},
    "paths": {
        "/api/v1/Contact/{id}": {
            "get": {"summary": "A sentence", "produces": ["text/xml"], "parameters": [
                {"name": "id", "in": "path", "required": True, "type": "integer",
                 "description": "A sentence"}],
                "responses": {"200": {"description": "A sentence", "schema": {"$ref": "#/definitions/A"}},
                              "404": {"description": "A sentence"}}},
            "trace": {"responses": {}}},
        "/api/v1/Contact/{id}/Projects": {"get": {"responses": {}}},
        "/api/v1/Sale/{id}": {"get": {"responses": {}}},
    },
    "definitions": {
        "Unused": {"type": "object", "properties": {}},
        "B": {"type": "object", "description": "A sentence", "properties": {
            "description": {"type": "string", "description": "A sentence", "enum": ["x"]}}},
        "A": {"type": "object", "properties": {
            "Z": {"type": "array", "items": {"$ref": "#/definitions/B"}},
            "C": {"type": "object", "additionalProperties": {"type": "string"}}}},
    },
}


def test_facts_are_kept_in_their_order_and_sentences_are_not(tmp_path):
    source = tmp_path / "Swagger-v1-Contact.json"
    source.write_text("\ufeff" + json.dumps(GIVEN), "utf-8")

    subprocess.run([TOOL, tmp_path, source], check=True)

    text = (tmp_path / "contact.json").read_text()
    assert "sentence" not in text
    condensed = json.loads(text)
    assert condensed["paths"] == {"/api/v1/Contact/{id}": {"get": {
        "consumes": [], "produces": ["text/xml"],
        "parameters": [{"name": "id", "in": "path", "required": True, "type": "integer"}],
        "responses": {"200": {"schema": {"$ref": "#/definitions/A"}}, "404": {}}}}}
    assert list(condensed["definitions"]) == ["B", "A"]
    assert list(condensed["definitions"]["A"]["properties"]) == ["Z", "C"]
    assert condensed["definitions"]["B"]["properties"] == {
        "description": {"type": "string", "enum": ["x"]}}


def test_without_a_file_it_says_what_it_wants(tmp_path):
    done = subprocess.run([TOOL, tmp_path], capture_output=True, text=True, check=False)

    assert done.returncode == 1 and done.stdout == "" and "condense-openapi FOLDER" in done.stderr
