using System.Net;
using System.Net.Sockets;
using Ecs.Agent.Joining;
using Ecs.Agent.Tests.Driving;
using Ecs.Bus;
using Ecs.Hosting;

namespace Ecs.Agent.Tests.Joining;

public sealed class KeyFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("ecs-keys-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Path => System.IO.Path.Combine(_directory, "new", "key.pem");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void Given_no_file_then_a_key_is_made_for_the_owner_alone_and_the_next_start_has_the_same()
    {
        using var first = Open(Path);
        using var second = Open(Path);

        Assert.Equal(first.Fingerprint, second.Fingerprint);
        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void Given_a_file_that_holds_no_key_then_the_setting_is_named_and_the_file_left_as_it_is(string content)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, content);

        Assert.Contains("ECS_KEY_FILE", Assert.Throws<SettingException>(() => Open(Path)).Message);
        Assert.Equal(content, File.ReadAllText(Path));
    }

    [Fact]
    public async Task Given_a_key_file_that_cannot_be_read_when_the_agent_starts_then_it_ends_with_a_settings_exit_code()
    {
        var file = System.IO.Path.Combine(_directory, "corrupt.pem");
        await File.WriteAllTextAsync(file, "not a key");
        Assert.Equal(2, await AgentProgram.RunAsync([$"--ECS_DATA_DIR={_directory}", $"--ECS_KEY_FILE={file}"]));
    }

    [Fact]
    public async Task Given_a_port_that_something_else_has_when_the_agent_starts_then_it_ends_with_a_settings_exit_code()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        Assert.Equal(2, await AgentProgram.RunAsync(
            [$"--ECS_DATA_DIR={_directory}", $"--ECS_HTTP=http://{taken.LocalEndpoint}", "--ECS_BUS_URI=amqp://127.0.0.1:1"])
            .WaitAsync(AgentFixture.Patience, Ct));
    }

    [Fact]
    public async Task Given_no_key_and_a_port_that_something_else_has_when_the_agent_starts_then_it_ends_with_a_settings_exit_code()
    {
        await File.WriteAllTextAsync(System.IO.Path.GetDirectoryName(Path)!, "in the way", Ct);
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        Assert.Equal(2, await AgentProgram.RunAsync(
            [$"--ECS_KEY_FILE={Path}", $"--ECS_HTTP=http://{taken.LocalEndpoint}", "--ECS_BUS_URI=amqp://127.0.0.1:1"])
            .WaitAsync(AgentFixture.Patience, Ct));
    }

    [Fact]
    public async Task Given_a_disk_that_cannot_have_the_file_then_health_says_so_and_when_it_is_mended_the_key_is_made_and_nothing_else_left()
    {
        var inTheWay = System.IO.Path.GetDirectoryName(Path)!;
        await File.WriteAllTextAsync(inTheWay, "", Ct);
        var address = $"http://127.0.0.1:{Ports.Free()}";
        using var http = new HttpClient { BaseAddress = new Uri(address) };

        var opening = WaitingForKey.OpenAsync([$"--ECS_HTTP={address}", $"--ECS_KEY_FILE={Path}"]);
        await AgentFixture.EventuallyAsync(async () =>
            await ReadAsync(http, "ready") is (HttpStatusCode.ServiceUnavailable, var words) &&
            words.Contains($"{Path} cannot be opened: ", StringComparison.Ordinal));
        Assert.Equal(HttpStatusCode.OK, (await ReadAsync(http, "live")).Status);
        File.Delete(inTheWay);

        using var key = await opening.WaitAsync(AgentFixture.Patience, Ct);
        Assert.NotNull(key);
        Assert.Equal([Path], Directory.GetFiles(inTheWay));
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("/health/live", Ct));
    }

    [Fact]
    public void Given_many_starts_at_once_then_all_have_one_key()
    {
        var seen = new string[8];
        Parallel.For(0, seen.Length, i =>
        {
            using var key = Open(Path);
            seen[i] = key.Fingerprint;
        });
        Assert.Single(seen.Distinct());
    }

    private static SigningKey Open(string path) => KeyFile.TryOpen(path, out var why) ?? throw new InvalidOperationException(why);

    private static async Task<(HttpStatusCode Status, string Body)> ReadAsync(HttpClient http, string what)
    {
        try
        {
            using var answer = await http.GetAsync($"/health/{what}", Ct);
            return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
        }
        catch (HttpRequestException)
        {
            return (default, "");
        }
    }
}
