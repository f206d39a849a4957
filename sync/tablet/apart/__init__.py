"""The case API, spoken with by a process of its own that ends when it has nothing more to say.

TLS, HTTP and signatures cost an app that shows a few tiles as much memory as all its panels, and what a stranger on the
line sends is taken apart where no record lies. `client.py` is the app's side, `child.py` the process, `talk.py` what
goes between them. The decisions stay where the records are: the exchange (`sync.tablet.session`) does not notice.
"""
