"""The keywords of the language, each with one sentence, and what completion inserts for it.

`$1`, `$0` … are tab stops of the protocol's snippet syntax.
"""

from __future__ import annotations

ITEMS: dict[str, str] = {
    "use": "brings in the types, defines and intents of another intent file",
    "type": "names a type: an alias, a refinement (`where`), or a record",
    "define": "a pure function or constant of the specification",
    "intent": "what one function must do: its signature, then clauses",
}

ITEM_SNIPPETS: dict[str, str] = {
    "use": 'use "./$1.intent"',
    "type": "type ${1:Name} = ${2:int} where ${0:it >= 0}",
    "define": "define ${1:name}(${2:x: int}) -> ${3:int} = ${0:x}",
    "intent": (
        'intent ${1:name}(${2:x: int}) -> ${3:int}\n  """\n  $4\n  """\n  ensures ${0:result == x}'
    ),
}

CLAUSES: dict[str, str] = {
    "requires": "what the caller owes: everything else is owed only where this holds",
    "ensures": "what the code owes when it returns; may use `result` and `old(…)`",
    "raises": "the code raises this error if and only if the condition holds before the call",
    "modifies": "the parameters that the code may change; all others come back unchanged",
    "example": "one call and what it gives; it runs in the sandbox",
    "must": "a rule about the code itself: `[not] import · recurse · loop · print`, `terminate`",
    "invariant": "a hint for the prover: what holds at each turn of a loop",
    "decreases": "a hint for the prover: what gets smaller at each turn",
    "target": "the language of the code",
    "model": "which model backend writes candidates",
    "budget": "how much time, money and confidence a generation may take or must reach",
    "context": "how confidential the intent is: public, confidential, regulated, sovereign",
    "trust": "from 1 to 10: what AXIOM may do without asking",
    "temperature": "how much a language model may vary",
    "candidates": "how many candidates to ask for",
}

CLAUSE_SNIPPETS: dict[str, str] = {
    "requires": "requires ${0:condition}",
    "ensures": "ensures ${0:result == }",
    "raises": "raises ${1:ValueError} when ${0:condition}",
    "modifies": "modifies ${0:parameter}",
    "example": "example ${1:call}(${2}) == ${0:value}",
    "must": "must ${0:terminate}",
}

_STRUCTURE = ("import", "recurse", "loop", "print")
MUST_WORDS = ("terminate", "not", *(f"not {word}" for word in _STRUCTURE), *_STRUCTURE)
MUST_NOT_WORDS = _STRUCTURE
TAGS = ("security", "performance")
# Each with its meaning, and the clauses and kinds of items that it may stand in.
CONTRACT_WORDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "result": ("what the code returns", ("ensures",)),
    "old": ("`old(e)` is the value of e from before the call", ("ensures", "invariant")),
    "it": ("the value that the refinement speaks of", ("type",)),
}
SETTING_VALUES: dict[str, tuple[str, ...]] = {
    "target": ("python",),
    "context": ("public", "confidential", "regulated", "sovereign"),
}
FREE_SETTINGS = ("target", "model", "budget", "context", "trust", "temperature", "candidates")
OPERATORS = ("and", "or", "not", "in", "is", "if", "else", "for", "implies", "iff", "when")
