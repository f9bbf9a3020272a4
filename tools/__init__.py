"""What makes the book and what checks it; ``make help`` lists the commands.

How the book is made:

``book``              runs the notebooks that are stale, then builds the pages
``inputs``            what the book is made from, as digests: what is stale
``notebooks``         runs the notebooks and stores them
``notebook_kernels``  the kernels that run them, forked from one process, which ``watch/forks.py`` is
``replay``            compares a notebook with its run for the book, for pytest
``plain_notebooks``   a chapter as plain Markdown, and what the book makes of it
``first_cell``        the cell that installs what a chapter needs elsewhere
``architecture``      the picture of what imports what
``npm``               what comes from npm: Python for the browser, and axe
``pdf``               the book as one PDF
``release``           the version of the project and its day

What is done to a page while it is built, mostly as extensions of Sphinx, which ``_config.yml`` lists:

``chapter_heads``     which theorems a chapter needs, and which it gives
``page_links``        links from what a cell shows
``theorem_links``     links between docstrings and theorems
``line_links``        links between the lines of the source and their cards
``prove_links``       links to the page that proves a formula
``prove_page``        that page, and ``prove`` what it runs
``api_pages``         the API reference
``mathematics``       formulas, typeset before a browser sees them
``light_pages``       the text before any script, in the colours of the reader's system
``light_code``        code with boxes for the words that have a colour of their own, and no others
``light_icons``       the theme's icons that pages show, and no others
``small_fonts``       fonts with the characters that are shown, and no others
``image_sizes``       the size of each image
``accessible_pages``  names for what the theme leaves without one
``search_index``      what the search finds
``shared_contents``   the table of contents beside the listings of the source
``publication``       what a page says of the book to search engines and those who share it
``downloads``         what a reader can take away
``parallel_writing``  pages are written on all cores, and what needs no page beside them
``built_pages``       the pages that have been built, for what changes them afterwards

How it is checked:

``page_checker``      what is wrong with a page in a browser: links, scripts, contrast, visible focus, what axe reports
``ledger_checker``    cards, and where a link lands, in a browser
``page_speed``        how fast the pages are
``linkcheck``         the addresses outside the book
``kernel``            the proofs for Rocq
``kernel_mutants``    the proofs for Rocq, each with a corrupted statement
``portable``          the tests and the notebooks as on other machines
``versions``          the tests with the oldest and the newest versions

What a reader does on one page, step by step, by mouse or keyboard, is tried in ``tests/test_pages.py``.
"""
