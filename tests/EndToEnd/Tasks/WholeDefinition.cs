using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Docker.DotNet.Models;
using Ecs.EndToEnd.House;
using Npgsql;

namespace Ecs.EndToEnd.Tasks;

/// <summary>A definition with volumes, secrets and the machine's network, from the API to the container and back.</summary>
[Collection(CalmTests.Name)]
public sealed class WholeDefinition(CalmStack stack) : StackTest(stack)
{
    private const string Cluster = "default";

    [Fact]
    public async Task Given_volumes_secrets_and_the_machine_s_network_when_it_is_run_then_all_is_there_and_the_secret_nowhere_else()
    {
        var (secret, port, family) = ($"top-{Guid.NewGuid():N}", TestSettings.FreePort(), NewName("whole"));
        Write("secrets/prod/password", secret);
        Write("env-files/web.env", $"FROM_FILE={secret}\n");
        var registered = await Api.CallAsync("RegisterTaskDefinition", Definition(family, port, Hash(secret)));
        var shown = (await Api.CallAsync("DescribeTaskDefinition", new { taskDefinition = family }))["taskDefinition"]!;
        Assert.Equal(["own", "machine"], shown["volumes"]!.AsArray().Select(volume => (string)volume!["name"]!));
        Assert.Equal(port, (int)shown["containerDefinitions"]![0]!["portMappings"]![0]!["hostPort"]!);

        var task = Assert.Single(await RunAsync(Cluster, $"{family}:{registered["taskDefinition"]!["revision"]}"));
        var running = await WhenAsync(Cluster, task, "RUNNING");
        try
        {
            using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}/") };
            Assert.Equal("all is there", await Eventually.GetAsync(
                "the container has looked at what it has", () => http.GetStringAsync("seen.txt"), page => page.Length > 0));
            AssertDescribed(Container(running, "web"), port);
            await AssertPortIsReservedAsync(family);
            await AssertNobodyKnowsAsync(secret, family);
        }
        finally
        {
            await Api.CallAsync("StopTask", new { cluster = Cluster, task });
            await WhenAsync(Cluster, task, "STOPPED");
            await RemoveAsync(task);
        }
    }

    private object Definition(string family, int port, string hash) => new
    {
        family,
        networkMode = "host",
        volumes = new object[]
        {
            new { name = "own", host = new { } },
            new { name = "machine", host = new { sourcePath = Path.Combine(Stack.Folder, "env-files") } },
        },
        containerDefinitions = new[]
        {
            Containers.Shell("web",
                "trap 'exit 143' TERM; hash() { echo -n \"$1\" | sha256sum | cut -d' ' -f1; }; "
                + "[ $(hash \"$PASSWORD\") = $HASH ] && [ $(hash \"$FROM_FILE\") = $HASH ] && ! touch /machine/x "
                + "&& echo -n 'all is there' > /own/seen.txt; httpd -f -p " + port + " -h /own & wait $!")
                .With("portMappings", new[] { new { containerPort = port } })
                .With("mountPoints", new object[]
                {
                    new { sourceVolume = "own", containerPath = "/own" },
                    new { sourceVolume = "machine", containerPath = "/machine", readOnly = true },
                })
                .With("environment", new[] { new { name = "HASH", value = hash } })
                .With("secrets", new[] { new { name = "PASSWORD", valueFrom = "/prod/password" } })
                .With("environmentFiles", new[] { new { type = "file", value = "web.env" } }),
        },
    };

    private static void AssertDescribed(JsonNode web, int port)
    {
        Assert.StartsWith("sha256:", (string)web["imageDigest"]!, StringComparison.Ordinal);
        Assert.Equal(64, ((string)web["runtimeId"]!).Length);
        var binding = Assert.Single(web["networkBindings"]!.AsArray())!;
        Assert.Equal(
            ("0.0.0.0", port, port, "tcp"),
            ((string)binding["bindIP"]!, (int)binding["containerPort"]!, (int)binding["hostPort"]!, (string)binding["protocol"]!));
    }

    private async Task AssertPortIsReservedAsync(string family)
    {
        var second = await UntilHeardAsync(() => Api.CallAsync("RunTask", new { cluster = Cluster, taskDefinition = family }));
        Assert.Equal("RESOURCE:PORTS", (string)Assert.Single(second["failures"]!.AsArray())!["reason"]!);
    }

    private async Task AssertNobodyKnowsAsync(string secret, string family)
    {
        Assert.Equal(0, await RowsWithAsync(secret));
        Assert.True(await RowsWithAsync(family) > 0, "the search finds nothing at all");

        // What is written anew is renamed when it is whole: where a file has gone, what was in it has another name by now.
        await Eventually.HoldsAsync("all files are read, of which none goes meanwhile", async () =>
        {
            foreach (var file in Files())
            {
                Assert.False((await File.ReadAllTextAsync(file, Cancel)).Contains(secret, StringComparison.Ordinal), file);
            }

            return true;
        });
    }

    // But for the lock of an Agent's directory, which is empty and held.
    private string[] Files() =>
    [
        .. Directory.GetFiles(Stack.Folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.EndsWith("/lock", StringComparison.Ordinal)
                && !file.Contains("/secrets/", StringComparison.Ordinal) && !file.Contains("/env-files/", StringComparison.Ordinal)),
    ];

    // In every table of the database, as text and as bytes.
    private async Task<long> RowsWithAsync(string text)
    {
        await using var database = NpgsqlDataSource.Create(Stack.Backbone.LogConnection);
        var tables = new List<string>();
        await using (var all = database.CreateCommand(
            "select format('%I.%I', table_schema, table_name) from information_schema.tables "
            + "where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')"))
        await using (var reader = await all.ExecuteReaderAsync(Cancel))
        {
            while (await reader.ReadAsync(Cancel)) tables.Add(reader.GetString(0));
        }

        Assert.NotEmpty(tables);
        var rows = 0L;
        foreach (var table in tables)
        {
            await using var count = database.CreateCommand(
                $"select count(*) from {table} as r where strpos(r::text, $1) > 0 or strpos(r::text, $2) > 0");
            count.Parameters.AddWithValue(text);
            count.Parameters.AddWithValue(Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)));
            rows += (long)(await count.ExecuteScalarAsync(Cancel))!;
        }

        return rows;
    }

    // The Agent would do it hours later.
    private static async Task RemoveAsync(string task)
    {
        using var engine = new Engine();
        foreach (var container in await engine.OfTaskAsync(task))
        {
            await engine.Client.Containers.RemoveContainerAsync(container.Id, new ContainerRemoveParameters { Force = true });
        }

        var volumes = await engine.Client.Volumes.ListAsync(new VolumesListParameters
        {
            Filters = new Dictionary<string, IDictionary<string, bool>>
            {
                ["label"] = new Dictionary<string, bool> { [$"{Engine.TaskLabel}={task}"] = true },
            },
        });
        var own = Assert.Single(volumes.Volumes!);
        await engine.Client.Volumes.RemoveAsync(own.Name, force: null);
    }

    private static JsonNode Container(JsonNode task, string name) =>
        task["containers"]!.AsArray().Single(container => (string)container!["name"]! == name)!;

    private void Write(string path, string text)
    {
        var file = Path.Combine(Stack.Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
