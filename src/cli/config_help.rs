//! The configuration file explained; `help config`.

/// Every key, as a file to start from.
pub(crate) const TEXT: &str = r#"The configuration is a TOML file; `gradepush connector` writes it, and keeps what you write.

default_connector = "Canvas"          # used when several are configured and none is named
store = "store.db"                    # the local store; paths are taken from this file's folder

[[connector]]
title = "Canvas"                      # a name of your choice
canvas = "canvas.example.edu"         # host or URL
user_id_origin = "sis"                # internal (default), sis or login
course_id_origin = "sis"              # internal (default) or sis
account = 1                           # internal id; default: the token's root account
token_env = "CANVAS_API_TOKEN"        # or token_file = "…", or token_command = "…"; never the token itself
secure_gateway = "none"               # or a proxy such as http://gateway.example.edu:3128
ca_file = "campus.pem"                # certificates to trust besides the system's
time_zone = "America/New_York"        # for date-only due dates and times shown; default: the Canvas course's
use_existing_assignments = false      # bind a new key to the one existing assignment of its name
own_graders = ["self", 1234]          # whose grades count as this tool's own
enabled = true

[connector.rules]                     # all off by default; applied to user ids in this order
case_fold = false                     # SIS ids without regard to letter case
strip_domain = "example.edu"          # jdoe@example.edu becomes jdoe
append_domain = "example.edu"         # jdoe becomes jdoe@example.edu
zero_pad = 9                          # 12345 becomes 000012345
ignore = ["teacher", "ta", "observer"]  # rows of people who are only this in the course
"#;
