"""Questions put to a model. A probe takes a model and inputs and returns arrays; a picture packs them for the browser.

Every file here with a function `picture(seen, **wanted)` is a picture that a run can be asked for by the file's name.
`choices` needs no torch; the other files do.
"""
