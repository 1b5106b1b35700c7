"""Where tables come in and results go out.

In:   :mod:`~vnlink.storage.sources` opens a file or a frame as batches of canonical text columns
      (:mod:`~vnlink.storage.tables` makes them, :mod:`~vnlink.storage.headers` recognises its columns,
      :mod:`~vnlink.storage.quarantine` keeps what cannot be read), :mod:`~vnlink.storage.keys` checks that its key is one.
Out:  :mod:`~vnlink.storage.publish` makes a result folder appear whole or not at all, with the files that
      :mod:`~vnlink.storage.writers` writes; :mod:`~vnlink.storage.results` reads them back.
"""
