using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Docker.DotNet.Models;
using Ecs.Contracts.Vocabulary;
using Ecs.EndToEnd.House;

namespace Ecs.EndToEnd.Tasks;

/// <summary>
/// Each member of a container definition, from the API to the real container: one row each, which gives a value and looks
/// for it from inside the container or in Docker's own description of it. A member without a row fails.
/// </summary>
[Collection(CalmTests.Name)]
public sealed class EveryMember(CalmStack stack) : StackTest(stack)
{
    private const string Secret = "not-for-everyone";

    /// <summary>Members that need more than a look, and who gives it.</summary>
    private static readonly string[] Elsewhere =
    [
        "essential", // ContainerEnds
        "restartPolicy", // RestartPolicies, Engines/EngineRestarts
        "startTimeout", // Agent.Tests/Driving/OrderTests
        "stopTimeout", // Agent.Tests/Driving/SettingsTests
    ];

    private static IReadOnlyList<Row> Rows =>
    [
        Of("name", "app", c => $"{c.Made.Name} {c.Label("container-name")}", "^/ecs-every-[0-9]+-1-app-[0-9a-f]{32} app$"),
        Of("image", TestSettings.Busybox, c => c.Made.Config!.Image, $"^{TestSettings.Busybox}$"),
        // It is about services. Of a task, a tag is what the machine's image of that name is.
        Of("versionConsistency", "enabled", c => c.Made.Config!.Image, $"^{TestSettings.Busybox}$"),
        Of("cpu", 77, c => c.Host.CPUShares, "^77$"),
        In("memory", 64, "cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null", "^67108864$"),
        Of("memoryReservation", 32, c => c.Host.MemoryReservation, "^33554432$"),
        Of("portMappings", List(new { containerPort = 80, protocol = "udp" }),
            c => c.Made.NetworkSettings!.Ports["80/udp"][0].HostPort, "^[0-9]{4,5}$"),
        In("links", List("db:database"), "cat /etc/hosts", "\tdatabase "),
        In("environment", List(new { name = "GREETING", value = "good = day" }), "echo $GREETING", "^good = day$"),
        Of("entryPoint", List("sh", "-c"), c => string.Join('|', c.Made.Config!.Entrypoint), @"^sh\|-c$"),
        Of("command", List("sleep 3600; true"), c => string.Join('|', c.Made.Config!.Cmd), "^sleep 3600; true$"),
        Of("dependsOn", List(new { containerName = "db", condition = "START" }),
            c => c.Made.Created >= c.StartOf("db"), "^True$"),
        Of("healthCheck", new { command = List("CMD-SHELL", "true"), interval = 7, timeout = 6, retries = 5, startPeriod = 4 },
            c => c.Made.Config!.Healthcheck is { } h
                ? $"{string.Join('|', h.Test!)} {Seconds(h.Interval)} {Seconds(h.Timeout)} {h.Retries} {Seconds(h.StartPeriod)}" : "",
            @"^CMD-SHELL\|true 7 6 5 4$"),
        In("hostname", "my-host", "hostname", "^my-host$"),
        In("user", "123:456", "id -u; id -g", "^123\n456$"),
        In("workingDirectory", "/tmp", "pwd", "^/tmp$"),
        In("readonlyRootFilesystem", true, "grep ' / ' /proc/mounts", " / [a-z0-9]+ ro,"),
        In("dnsServers", List("192.0.2.53"), "cat /etc/resolv.conf", "nameserver 192.0.2.53"),
        In("dnsSearchDomains", List("example.test"), "cat /etc/resolv.conf", "search example.test"),
        In("extraHosts", List(new { hostname = "upstream", ipAddress = "192.0.2.7" }), "cat /etc/hosts", "192.0.2.7\tupstream"),
        In("dockerSecurityOptions", List("no-new-privileges"), "cat /proc/self/status", "NoNewPrivs:\t1"),
        Of("interactive", true, c => c.Made.Config!.OpenStdin, "^True$"),
        In("pseudoTerminal", true, "readlink /proc/1/fd/1", "^/dev/pts/0$"),
        Of("dockerLabels", new Dictionary<string, string> { ["Team"] = "blue", ["com.amazonaws.ecs.container-name"] = "another" },
            c => $"{c.Made.Config!.Labels["Team"]} {c.Label("container-name")}", "^blue app$"),
        // Not nofile: runc itself raises that one's soft limit to the hard one, and does not always set it back in time.
        In("ulimits", List(new { name = "memlock", softLimit = 65_536, hardLimit = 131_072 }), "cat /proc/self/limits", "locked memory +65536 +131072 "),
        Of("logConfiguration",
            new { logDriver = "json-file", options = new Dictionary<string, string> { ["max-size"] = "1m" } },
            c => $"{c.Host.LogConfig!.Type} {c.Host.LogConfig.Config["max-size"]}", "^json-file 1m$"),
        In("systemControls", List(new Dictionary<string, string> { ["namespace"] = "net.core.somaxconn", ["value"] = "77" }),
            "cat /proc/sys/net/core/somaxconn", "^77$"),
        In("mountPoints", List(new { sourceVolume = "dir", containerPath = "/given", readOnly = true }),
            "cat /given/every.env; grep ' /given ' /proc/mounts", "^FROM_FILE=yes\n.* /given [a-z0-9]+ ro,"),
        In("volumesFrom", List(new { sourceContainer = "db", readOnly = true }), "cat /shared/said", "^by db$"),
        In("secrets", List(new { name = "PASSWORD", valueFrom = "every" }), "echo $PASSWORD", $"^{Secret}$"),
        In("environmentFiles", List(new { type = "file", value = "every.env" }), "echo $FROM_FILE", "^yes$"),
        // NET_ADMIN is bit 12, CHOWN bit 0 of what a process of the container can ever get.
        In("linuxParameters.capabilities", new { add = List("NET_ADMIN"), drop = List("CHOWN") },
            "grep CapBnd /proc/self/status", "[13579bdf]..[02468ace]$"),
        new("linuxParameters.devices", List(new { hostPath = "/dev/null", containerPath = "/dev/nothing", permissions = List("read") }),
            async c => $"{c.Host.Devices![0].CgroupPermissions} {await c.InsideAsync("test -c /dev/nothing && echo there")}", "^r there$"),
        In("linuxParameters.initProcessEnabled", true, "cat /proc/1/comm", "init"),
        In("linuxParameters.sharedMemorySize", 3, "grep ' /dev/shm ' /proc/mounts", "size=3072k"),
        In("linuxParameters.tmpfs", List(new { containerPath = "/scratch", size = 2, mountOptions = List("noexec") }),
            "grep ' /scratch ' /proc/mounts", "noexec.*size=2048k"),
        Of("linuxParameters.maxSwap", 16, c => c.Host.MemorySwap, $"^{80 << 20}$"),
        // cgroups v2 have none, and Docker leaves it out there; that it was told of it: Agent.Tests/Driving/ContainerSpecTests.
        File.Exists("/sys/fs/cgroup/memory/memory.swappiness")
            ? In("linuxParameters.swappiness", 10, "cat /sys/fs/cgroup/memory/memory.swappiness", "^10$")
            : Of("linuxParameters.swappiness", 10, c => c.Host.MemorySwappiness, "^$"),
    ];

    /// <summary>Members that exclude others: each is given to a container of its own.</summary>
    private static IReadOnlyList<Row> Alone =>
    [
        In("disableNetworking", true, "ls /sys/class/net", "^lo$"),
        Of("privileged", true, c => c.Host.Privileged, "^True$"), // A machine in a container can make it, and not always start it.
    ];

    [Fact]
    public async Task Given_a_definition_with_every_member_when_it_runs_then_its_containers_have_each_of_them()
    {
        Assert.Equal(
            Members<ContainerDefinition>("").Concat(Members<LinuxParameters>("linuxParameters.")).Order(),
            Rows.Concat(Alone).Select(row => row.Member).Concat(Elsewhere).Append("linuxParameters").Order());
        Write("secrets/every", Secret);
        Write("env-files/every.env", "FROM_FILE=yes\n");
        var name = NewName("every");
        var agent = await Stack.AgentAsync(name, settings: ("ECS_ALLOW_PRIVILEGED", "true"));
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family = name,
            volumes = new object[]
            {
                new { name = "dir", host = new { sourcePath = Path.Combine(Stack.Folder, "env-files") } },
                new { name = "own", host = new { } },
            },
            containerDefinitions = (Dictionary<string, object>[])
            [
                Whole(),
                Containers.Shell("db", $"echo by db > /shared/said; {Containers.Sleep}")
                    .With("mountPoints", List(new { sourceVolume = "own", containerPath = "/shared" })),
                .. Alone.Select(row => Containers.Shell(row.Member, Containers.Sleep, essential: false).With(row.Member, row.Value)),
            ],
        });

        var task = Assert.Single(await RunAsync(name, name));
        await WhenAsync(name, task, "RUNNING");

        using var engine = new Engine();
        var made = new Dictionary<string, ContainerInspectResponse>();
        foreach (var container in await engine.OfTaskAsync(task)) made[container.Name] = await engine.InspectAsync(container.Id);
        var wrong = new List<string>();
        foreach (var (row, container) in Rows.Select(row => (row, "app")).Concat(Alone.Select(row => (row, row.Member))))
        {
            var seen = await row.Look(new Seen(engine, made, container));
            if (!Regex.IsMatch(seen, row.Pattern, RegexOptions.Multiline)) wrong.Add($"{row.Member} is '{seen}', not {row.Pattern}");
        }

        Assert.Empty(wrong);
        await StopAllAsync(name);
        await agent.Process.KillAsync();
    }

    [Fact]
    public async Task Given_what_is_said_to_be_off_when_it_runs_then_its_container_is_as_one_that_leaves_it_out()
    {
        var name = NewName("off");
        var agent = await Stack.AgentAsync(name);
        var off = JsonSerializer.Deserialize<Dictionary<string, object>>("""
            {"privileged": false, "readonlyRootFilesystem": false, "interactive": false, "pseudoTerminal": false,
             "disableNetworking": false, "stopTimeout": 0, "startTimeout": 0, "restartPolicy": {"enabled": false},
             "healthCheck": {"command": ["NONE"]}, "linuxParameters": {"sharedMemorySize": 0}}
            """)!;
        await Api.CallAsync("RegisterTaskDefinition", new
        {
            family = name,
            containerDefinitions = (Dictionary<string, object>[])
            [
                Containers.Shell("plain", Containers.Sleep).With("linuxParameters", new { }),
                off.Aggregate(Containers.Shell("off", Containers.Sleep), (container, member) => container.With(member.Key, member.Value)),
            ],
        });

        var task = Assert.Single(await RunAsync(name, name));
        await WhenAsync(name, task, "RUNNING");

        using var engine = new Engine();
        var made = new Dictionary<string, string>();
        foreach (var container in await engine.OfTaskAsync(task))
        {
            var (config, host) = ((await engine.InspectAsync(container.Id)).Config!, (await engine.InspectAsync(container.Id)).HostConfig!);
            made[container.Name] = JsonSerializer.Serialize(new
            {
                config.Tty, config.OpenStdin, config.Healthcheck, host.Privileged, host.ReadonlyRootfs, host.NetworkMode, host.ShmSize,
                host.RestartPolicy,
            });
        }

        Assert.Equal(made["plain"], made["off"]);
        await StopAllAsync(name);
        await agent.Process.KillAsync();
    }

    /// <summary>A container that has every row's value.</summary>
    private static Dictionary<string, object> Whole()
    {
        var whole = new Dictionary<string, object>();
        var linux = new Dictionary<string, object>();
        foreach (var row in Rows)
        {
            if (row.Member.Split('.') is [_, var inner]) linux[inner] = row.Value;
            else whole[row.Member] = row.Value;
        }

        return whole.With("linuxParameters", linux);
    }

    private static IEnumerable<string> Members<T>(string before) =>
        typeof(T).GetProperties().Select(property => before + JsonNamingPolicy.CamelCase.ConvertName(property.Name));

    private static T[] List<T>(params T[] items) => items;

    private static Row In(string member, object value, string script, string pattern) =>
        new(member, value, seen => seen.InsideAsync(script), pattern);

    private static Row Of(string member, object value, Func<Seen, object?> look, string pattern) =>
        new(member, value, seen => Task.FromResult($"{look(seen)}"), pattern);

    private static double? Seconds(TimeSpan? time) => time?.TotalSeconds;

    private void Write(string path, string text)
    {
        var file = Path.Combine(Stack.Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private sealed record Row(string Member, object Value, Func<Seen, Task<string>> Look, string Pattern);

    /// <summary>One of the task's containers, as it really is.</summary>
    private sealed record Seen(Engine Engine, IReadOnlyDictionary<string, ContainerInspectResponse> Task, string Name)
    {
        public ContainerInspectResponse Made => Task[Name];

        public HostConfig Host => Made.HostConfig!;

        public string Label(string name) => Made.Config!.Labels[$"com.amazonaws.ecs.{name}"];

        public DateTime StartOf(string name) =>
            DateTime.Parse(Task[name].State!.StartedAt!, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal);

        public async Task<string> InsideAsync(string script) =>
            (await Engine.ExecAsync(Made.ID, "sh", "-c", script)).Output.Replace("\r", "", StringComparison.Ordinal).Trim();
    }
}
