"""When we say it: definitions, enrolments, schedule, promises."""
