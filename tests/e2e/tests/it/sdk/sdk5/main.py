"""Drives the official SDK, generation 5, whose bodies and headers differ: every file of `groups` in the order of their names.

Prints how many things were checked, what the SDK offers and what of it was driven.
"""
import importlib
import json
import pathlib
import sys

from session import Session, offered

session = Session()
groups = sorted(path.stem for path in pathlib.Path(__file__).with_name('groups').glob('*.py'))
for name in groups:
    session.group = name
    importlib.import_module(f'groups.{name}').run(session)
json.dump({
    'groups': groups,
    'checks': session.checks,
    'offered': offered(),
    'driven': sorted(session.driven),
}, sys.stdout)
