// SPDX-License-Identifier: GPL-2.0-or-later
#include "formats/login_status.h"
#include "iscsi/failure.h"

static const struct row {
	const char *name;
	enum cause_id id;
} rows[ISCSI_ERRORS] = {
	[ISCSI_OK] = { "no error", CAUSE_LOGIN_INVALID },
	[ISCSI_REFUSED] = { "login refused", CAUSE_STATUS_UNKNOWN },
	[ISCSI_NOT_LOGIN_RESPONSE] = { "another PDU", CAUSE_BAD_LOGIN_RESPONSE },
	[ISCSI_CUT] = { "data missing", CAUSE_LOGIN_INVALID },
	[ISCSI_VERSION] = { "another version", CAUSE_VERSION_MISMATCH },
	[ISCSI_BAD_STAGE] = { "wrong stage", CAUSE_LOGIN_INVALID },
	[ISCSI_NOT_EMPTY] = { "answer before the end of the request", CAUSE_LOGIN_INVALID },
	[ISCSI_TOO_LONG] = { "too much text", CAUSE_LOGIN_INVALID },
	[ISCSI_ENDLESS] = { "no end of the login", CAUSE_LOGIN_INVALID },
	[ISCSI_MALFORMED] = { "no key=value", CAUSE_LOGIN_INVALID },
	[ISCSI_TOO_MANY_KEYS] = { "too many keys", CAUSE_LOGIN_INVALID },
	[ISCSI_DUPLICATE] = { "two values", CAUSE_LOGIN_INVALID },
	[ISCSI_BAD_VALUE] = { "invalid value", CAUSE_LOGIN_INVALID },
	[ISCSI_NOT_AGREED] = { "not agreed", CAUSE_PARAMETER_DIFFERS },
	[ISCSI_UNEXPECTED_KEY] = { "unexpected key", CAUSE_LOGIN_INVALID },
	[ISCSI_NO_ROOM] = { "too many unknown keys", CAUSE_LOGIN_INVALID },
	[ISCSI_AUTH_SKIPPED] = { "no authentication", CAUSE_CHAP_ONE_SIDED },
	[ISCSI_AUTH_METHOD] = { "no authentication method", CAUSE_CHAP_ONE_SIDED },
	[ISCSI_MUTUAL_SKIPPED] = { "no mutual authentication", CAUSE_MUTUAL_ONE_SIDED },
	[ISCSI_MUTUAL_UNREQUESTED] = { "unrequested mutual authentication",
				       CAUSE_MUTUAL_UNREQUESTED },
	[ISCSI_MUTUAL_NAME] = { "wrong name of the target", CAUSE_MUTUAL_FAILED },
	[ISCSI_MUTUAL_RESPONSE] = { "wrong response of the target", CAUSE_MUTUAL_FAILED },
	[ISCSI_CHAP_ALGORITHM] = { "no CHAP algorithm", CAUSE_CHAP_ALGORITHM_DIFFERS },
	[ISCSI_CHAP_CHALLENGE_SHORT] = { "too short", CAUSE_CHAP_CHALLENGE_INVALID },
	[ISCSI_CHAP_CHALLENGE_LONG] = { "too long", CAUSE_CHAP_CHALLENGE_INVALID },
	[ISCSI_CHAP_CHALLENGE_BAD] = { "neither hexadecimal nor base64", CAUSE_CHAP_CHALLENGE_INVALID },
	[ISCSI_CHAP_REFLECTED] = { "reflected challenge", CAUSE_CHAP_REFLECTED },
	[ISCSI_CHAP_SAME_SECRET] = { "same secret in both directions", CAUSE_CHAP_SAME_SECRET },
	[ISCSI_CHAP_NO_SECRET] = { "no secret of the initiator", CAUSE_MUTUAL_NO_PASSWORD },
	[ISCSI_BAD_CONFIG] = { "invalid configuration", CAUSE_PARAMETER_INVALID },
	[ISCSI_REDIRECT_UNUSABLE] = { "unusable address", CAUSE_REDIRECT_UNUSABLE },
};

bool failure_set(struct iscsi_failure *f, enum iscsi_error error, struct span key)
{
	struct out o;

	*f = (struct iscsi_failure){ .error = error };
	out_init(&o, f->key, sizeof(f->key));
	out_escaped(&o, key, sizeof(f->key) - 1);
	return false;
}

const char *failure_name(enum iscsi_error error)
{
	return rows[error].name;
}

void failure_cause(const struct iscsi_failure *f, bool chap, const char *object, struct cause *c)
{
	const struct row *row = &rows[f->error];
	char text[128];

	switch (row->id) {
	case CAUSE_STATUS_UNKNOWN:
		login_status_cause(f->status_class, f->status_detail, chap, object, c);
		break;
	case CAUSE_LOGIN_INVALID:
		out_text(text, sizeof(text), "%s%s%s", f->key, *f->key ? ": " : "", row->name);
		cause_set(c, object, CAUSE(LOGIN_INVALID), text);
		break;
	case CAUSE_CHAP_CHALLENGE_INVALID:
		cause_set(c, object, CAUSE(CHAP_CHALLENGE_INVALID), row->name);
		break;
	case CAUSE_PARAMETER_DIFFERS:
		cause_set(c, object, CAUSE(PARAMETER_DIFFERS), f->key);
		break;
	case CAUSE_PARAMETER_INVALID:
		cause_set(c, object, CAUSE(PARAMETER_INVALID), f->key);
		break;
	default:
		cause_set_plain(c, object, row->id);
	}
}
