#!/usr/bin/env bash
# Imports a Swagger document, deploys it to a stage, tries it out, and goes back when that fails.
#
#   deploy.sh DOCUMENT.json PATH...
#
# The paths are asked for through the gateway with GET and have to answer 2xx.
#
# From the environment:
#   CONTROL_PLANE  URL of the control plane           APP_KEY   appKey of the project
#   GATEWAY        URL of a gateway, or of what is before it
#   SERVICE_ID     the service                        STAGE_ID  its stage
#   RUN_ID         letters, digits and - that name this run: a repetition changes nothing twice; made up when absent
#   ACCESS_KEY_ID, ACCESS_KEY_SECRET                  when given, v2.0 is called; else v1.0
#
# Exit codes: 0 deployed, or nothing to deploy; 1 refused, clients see what they saw before;
#             2 the paths did not answer and the stage is back to what it was; 3 it is not: somebody has to look.
# Needs bash, curl and node.
set -euo pipefail

DOCUMENT=${1:?a Swagger document}
shift
: "${CONTROL_PLANE:?}" "${APP_KEY:?}" "${GATEWAY:?}" "${SERVICE_ID:?}" "${STAGE_ID:?}"
RUN_ID=${RUN_ID:-$(node -p 'crypto.randomUUID()')}
NOT_CHANGED=409104002
UP_TO_DATE=409103003

say() { echo "deploy: $*" >&2; }
field() { node -pe "const answer = JSON.parse(fs.readFileSync(0)); $1"; }

HEADERS=(--header 'Content-Type: application/json')
VERSION=v1.0
if [ -n "${ACCESS_KEY_ID:-}" ]; then
  VERSION=v2.0
  # --user with a secret would show it in the list of processes.
  TOKEN=$(curl --silent --show-error --fail --retry 3 --config - --data grant_type=client_credentials \
    "$CONTROL_PLANE/oauth2/token/create" <<<"user = \"$ACCESS_KEY_ID:$ACCESS_KEY_SECRET\"" |
    field answer.access_token)
  HEADERS+=(--header "X-NHN-Authorization: Bearer $TOKEN")
fi
SERVICE=$CONTROL_PLANE/$VERSION/appkeys/$APP_KEY/services/$SERVICE_ID
STAGE=$SERVICE/stages/$STAGE_ID

# call METHOD STEP URL [curl options]: prints the answer, also a refusal. What a retry repeats is done once, because STEP
# and RUN_ID name the call.
call() {
  curl --silent --show-error --retry 3 --retry-connrefused --max-time 90 "${HEADERS[@]}" \
    --request "$1" --header "Idempotency-Key: $RUN_ID-$2" "$3" "${@:4}"
}

# Fails, and says why, unless the answer on standard input is a success or has the given code.
demand() {
  local answer code
  answer=$(cat)
  code=$(field answer.header.resultCode <<<"$answer")
  if [ "$code" != 0 ] && [ "$code" != "${1:-0}" ]; then
    say "$answer"
    return 1
  fi
  echo "$answer"
}

# before DESCRIPTION: the deployment that was live before the one of this run, also when this is a repetition.
before() {
  call GET history "$STAGE/deploys?limit=1000" | demand | DESCRIPTION=$1 field '
    const done = answer.stageDeployHistoryList.filter((one) => one.deployStatus === "COMPLETE");
    const live = done.findIndex((one) => one.isLive);
    const isOwn = done[live]?.deployDescription === process.env.DESCRIPTION;
    done[isOwn ? live + 1 : live]?.deployId ?? ""'
}

# serves DEPLOYMENT: whether it is what is live.
serves() {
  local live
  live=$(call GET deployment "$STAGE/deploys/$1" | demand | field answer.stageDeployHistory.isLive) || return 1
  [ "$live" = true ]
}

# deploy STEP DESCRIPTION: prints the deployment that all gateways serve, "unchanged", or nothing when they do not.
deploy() {
  local answer id
  answer=$(call POST "$1" "$STAGE/deploys?wait=converged&timeoutMs=60000" --data "{\"deployDescription\":\"$2\"}" |
    demand $NOT_CHANGED) || return 1
  if [ "$(field answer.header.resultCode <<<"$answer")" = $NOT_CHANGED ]; then
    echo unchanged
    return
  fi
  id=$(field answer.deployId <<<"$answer")
  if serves "$id"; then echo "$id"; else say "$answer"; fi
}

answers() {
  local host path status
  host=$(call GET stage "$STAGE" | demand | field answer.stage.stageUrl) || return 1
  for path in "$@"; do
    status=$(curl --silent --max-time 30 --output /dev/null --write-out '%{http_code}' --header "Host: $host" \
      "$GATEWAY$path") || true
    say "GET $path answered $status"
    [[ $status == 2?? ]] || return 1
  done
}

DESCRIPTION="run $RUN_ID"
BEFORE=$(before "$DESCRIPTION") || exit 1

{ printf '{"swaggerData":' && cat "$DOCUMENT" && printf '}'; } |
  call POST import "$SERVICE/resources/import" --data-binary @- | demand >/dev/null || exit 1
call PUT resources "$STAGE/resources" | demand $UP_TO_DATE >/dev/null || exit 1

DEPLOYMENT=$(deploy deploy "$DESCRIPTION") || exit 1
case $DEPLOYMENT in
  unchanged)
    say "nothing to deploy"
    exit 0
    ;;
  '')
    # The control plane takes a failed deployment back by itself.
    say "the gateways do not serve it; a run that was rolled back needs another RUN_ID"
    exit 1
    ;;
esac
say "deployed"
if answers "$@"; then exit 0; fi

if [ -z "$BEFORE" ]; then
  say "there is no earlier deployment to go back to"
  exit 3
fi
say "going back to $BEFORE"
call POST rollback "$STAGE/deploys/$BEFORE/rollback" | demand >/dev/null || exit 3
BACK=$(deploy redeploy "back from $DESCRIPTION") || exit 3
if [ -z "$BACK" ] || [ "$BACK" = unchanged ]; then exit 3; fi
say "the stage is what it was"
exit 2
