#!/bin/sh
# Real Apache Kafka (KRaft) from Maven artifacts, without Docker: one node, or a cluster. Needs Java 17 or later and Maven.
#
#   run.sh start DIRECTORY [PORT [NODES]]  fetch the jars once, start nodes that keep their data in DIRECTORY, wait until
#                                          they answer, print their addresses; node n listens on PORT + 2 * (n - 1).
#                                          With three nodes or more every partition has three replicas, two of which
#                                          must have what is acknowledged
#   run.sh stop DIRECTORY                  stop all nodes cleanly and wait until they have ended
#   run.sh kill DIRECTORY [NODE]           end one node at once, as kill -9 does
#   run.sh freeze | thaw DIRECTORY [NODE]  stop one node in its tracks (SIGSTOP), and let it go on
#   run.sh restart DIRECTORY [NODE]        start a node again that has ended, with its data
#
# KAFKA_JARS names the directory of the jars, KAFKA_HEAP the heap of a node (1g), KAFKA_OPTS the options of its JVM,
# KAFKA_PROPERTIES a file of further lines for server.properties, which win over those written here; KAFKA_SCRAM adds a
# user when the storage is formatted, such as SCRAM-SHA-512=[name=desk,password=secret].
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

fail() {
    echo "run.sh: $1" >&2
    exit "${2:-1}"
}

usage() {
    fail "usage: run.sh start DIRECTORY [PORT [NODES]] | stop DIRECTORY | kill, freeze, thaw, restart DIRECTORY [NODE]" 2
}

# The only node keeps its data in the directory itself, the nodes of a cluster in directories of their own.
home_of() {
    if [ "$nodes" -eq 1 ]; then echo "$directory"; else echo "$directory/node-$1"; fi
}

is_running() {
    [ -f "$(home_of "$1")/pid" ] || return 1
    # A node that has ended may stay in the process table, as a zombie, where nothing reaps it.
    case $(ps -o stat= -p "$(cat "$(home_of "$1")/pid")") in
        Z* | "") return 1 ;;
    esac
}

fetch_jars() {
    [ -n "$(ls "$jars"/kafka_2.13-*.jar 2>/dev/null)" ] && return
    command -v mvn >/dev/null || fail "Maven (mvn) is not installed"
    mvn --batch-mode --quiet -f "$here/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
        -DoutputDirectory="$jars" >&2 || fail "Maven could not fetch the jars"
}

each_node() {
    seq 1 "$nodes"
}

voters() {
    for node in $(each_node); do echo "$node@127.0.0.1:$((port + 2 * node - 1))"; done | paste -sd, -
}

write_configuration() {
    home=$(home_of "$1")
    own_port=$((port + 2 * ($1 - 1)))
    replicas=$((nodes < 3 ? 1 : 3))
    in_sync=$((nodes < 3 ? 1 : 2))
    mkdir -p "$home"
    cat >"$home/server.properties" <<END
process.roles=broker,controller
node.id=$1
controller.quorum.voters=$(voters)
listeners=PLAINTEXT://127.0.0.1:$own_port,CONTROLLER://127.0.0.1:$((own_port + 1))
advertised.listeners=PLAINTEXT://127.0.0.1:$own_port
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$home/data
auto.create.topics.enable=false
default.replication.factor=$replicas
min.insync.replicas=$in_sync
offsets.topic.num.partitions=1
offsets.topic.replication.factor=$replicas
transaction.state.log.replication.factor=$replicas
transaction.state.log.min.isr=$in_sync
broker.session.timeout.ms=6000
broker.heartbeat.interval.ms=1000
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
END
    [ -z "${KAFKA_PROPERTIES:-}" ] || cat "$KAFKA_PROPERTIES" >>"$home/server.properties"
    cat >"$home/log4j.properties" <<END
log4j.rootLogger=WARN, stdout
log4j.logger.kafka.server.KafkaRaftServer=INFO
log4j.appender.stdout=org.apache.log4j.ConsoleAppender
log4j.appender.stdout.layout=org.apache.log4j.PatternLayout
log4j.appender.stdout.layout.ConversionPattern=%d %p %c: %m%n
END
}

format_storage() {
    home=$(home_of "$1")
    [ -f "$home/data/meta.properties" ] && return
    java "-Dlog4j.configuration=file:$home/log4j.properties" -XX:TieredStopAtLevel=1 -cp "$jars/*" \
        kafka.tools.StorageTool format --ignore-formatted --cluster-id "$cluster" --config "$home/server.properties" \
        ${KAFKA_SCRAM:+--add-scram "$KAFKA_SCRAM"} >"$home/format.log" 2>&1 || fail "cannot format: see $home/format.log"
}

# The collector that Kafka's own scripts choose: on a single core Java takes another one, which stops the node for 0.5 s.
launch() {
    home=$(home_of "$1")
    # shellcheck disable=SC2086 # options are several words
    nohup java -Xmx"${KAFKA_HEAP:-1g}" ${KAFKA_OPTS:--XX:+UseG1GC -XX:MaxGCPauseMillis=20} "-Dlog4j.configuration=file:$home/log4j.properties" \
        -cp "$jars/*" kafka.Kafka "$home/server.properties" >"$home/kafka.log" 2>&1 </dev/null &
    echo $! >"$home/pid"
}

wait_until_ready() {
    home=$(home_of "$1")
    tries=0
    until grep -q "Kafka Server started" "$home/kafka.log"; do
        is_running "$1" || fail "Kafka ended while starting: see $home/kafka.log"
        tries=$((tries + 1))
        [ "$tries" -lt 300 ] || fail "Kafka is not ready: see $home/kafka.log"
        sleep 0.2
    done
}

start() {
    for node in $(each_node); do is_running "$node" && fail "a node is running in $directory already"; done
    command -v java >/dev/null || fail "Java is not installed"
    fetch_jars
    for node in $(each_node); do write_configuration "$node"; done
    cluster=$(head -c 16 /dev/urandom | base64 | cut -c 1-22 | tr '+/' 'AA')
    for node in $(each_node); do format_storage "$node"; done
    for node in $(each_node); do launch "$node"; done
    for node in $(each_node); do wait_until_ready "$node"; done
    for node in $(each_node); do echo "127.0.0.1:$((port + 2 * (node - 1)))"; done | paste -sd, -
}

stop() {
    running=
    for node in $(each_node); do
        is_running "$node" || continue
        running="$running $node"
        kill -CONT "$(cat "$(home_of "$node")/pid")"
        kill "$(cat "$(home_of "$node")/pid")"
    done
    [ -n "$running" ] || fail "no node is running in $directory"
    tries=0
    for node in $running; do
        while is_running "$node"; do
            tries=$((tries + 1))
            [ "$tries" -lt 30 ] || kill -9 "$(cat "$(home_of "$node")/pid")" 2>/dev/null || break
            sleep 1
        done
        rm -f "$(home_of "$node")/pid"
    done
}

signal() {
    is_running "$node" || fail "no node $node is running in $directory"
    kill "$1" "$(cat "$(home_of "$node")/pid")"
}

restart() {
    [ -f "$(home_of "$node")/server.properties" ] || fail "no node $node was started in $directory"
    is_running "$node" && fail "node $node is running in $directory already"
    launch "$node"
    wait_until_ready "$node"
}

[ $# -ge 2 ] || usage
verb=$1
mkdir -p "$2"
directory=$(CDPATH='' cd -- "$2" && pwd)
jars=${KAFKA_JARS:-$directory/jars}
if [ "$verb" = start ]; then
    port=${3:-9092}
    nodes=${4:-1}
else
    node=${3:-1}
    nodes=$(ls -d "$directory"/node-* 2>/dev/null | wc -l)
    [ "$nodes" -gt 0 ] || nodes=1
fi
case $verb in
    start) start ;;
    stop) stop ;;
    kill) signal -KILL ;;
    freeze) signal -STOP ;;
    thaw) signal -CONT ;;
    restart) restart ;;
    *) usage ;;
esac
