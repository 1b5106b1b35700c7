"""Raw text to canonical values: the first stage.

1. :mod:`~vnlink.normalize.text`, :mod:`~vnlink.normalize.syllables`: one spelling for every letter and every syllable;
2. :mod:`~vnlink.normalize.tokens`: a column's bytes to word numbers, each distinct word normalised once;
3. :mod:`~vnlink.normalize.lexicon`: the table of syllables with their hashes;
4. :mod:`~vnlink.normalize.names`, :mod:`~vnlink.normalize.owners`: word numbers to names, and owner strings to persons.

Nothing is imported here: each module is loaded when it is used.
"""
