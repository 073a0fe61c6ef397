//! A plan or a run as HTML, CSV or JSON. Pure: data in, bytes out.
