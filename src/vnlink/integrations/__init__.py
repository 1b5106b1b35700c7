"""vnlink inside other tools: recordlinkage, Splink, scikit-learn.

registers      both registers as plain normalised columns, a row a person, and vnlink's candidate pairs
cell_pairs     two cells beside each other -> the level at which they agree
recordlinkage  ``BaseIndexAlgorithm`` and ``BaseCompareFeature`` classes, and the way back (extra ``recordlinkage``)
splink         tables to give to Splink; its labels and predictions taken back
sklearn        the reading of columns and the comparison of pairs as transformers

Nothing here is imported by ``import vnlink``.
"""
