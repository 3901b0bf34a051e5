using Ecs.Contracts.Commands;
using Ecs.Gateway.Tests;

namespace Ecs.Cli.Tests;

/// <summary>Registering definitions from files, against a real Gateway whose bus is a double.</summary>
public sealed class RegisterTests : IDisposable
{
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Fact]
    public async Task Given_the_seed_s_words_when_registered_then_family_and_version_of_the_command_line_are_sent()
    {
        await using var gateway = await StartAsync();
        await File.WriteAllTextAsync(_file, """
            {
            "family": "application-name",
            "version": "9a56714245e7e603127", -- This can be a simple version or git SHA1
            "containers": [ { "name": "container-name", "image": "app-container:latest", "memory": 512 } ]
            }
            """);

        var run = await Tool.RunAsync(
            gateway.Address,
            "register-task-definition", "--family", "custom-name", "--version", "custom-version", _file);

        Assert.Equal((0, ""), (run.ExitCode, run.Errors));
        Assert.Contains("web:1 (9a56714)", run.Output, StringComparison.Ordinal);
        var sent = Assert.IsType<RegisterTaskDefinition>(Assert.Single(gateway.Bus.Sent));
        Assert.Equal(("custom-name", "custom-version"), (sent.Family, sent.VersionLabel));
        Assert.Equal("app-container:latest", Assert.Single(sent.ContainerDefinitions!).Image);
    }

    [Fact]
    public async Task Given_standard_input_when_registered_then_it_is_read()
    {
        await using var gateway = await StartAsync();

        var run = await Tool.RunAsync(
            gateway.Address, """{"family": "f", "containers": []}""", ["register-task-definition", "-"]);

        Assert.Equal(0, run.ExitCode);
        Assert.Equal("f", Assert.IsType<RegisterTaskDefinition>(Assert.Single(gateway.Bus.Sent)).Family);
    }

    [Fact]
    public async Task Given_a_member_that_the_service_refuses_when_registered_then_file_and_line_are_named()
    {
        await using var gateway = await StartAsync();
        await File.WriteAllTextAsync(_file, """
            {
              "family": "f",
              "containers": [
                { "name": "a", // the first
                  "cpu": "many" }
              ]
            }
            """);

        var run = await Tool.RunAsync(gateway.Address, "register-task-definition", $"file://{_file}");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains(
            $"{_file}:5: The member 'containerDefinitions[0].cpu' must be", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_file_that_is_wrong_when_registered_then_file_and_line_are_named_and_nothing_is_sent()
    {
        await using var gateway = await StartAsync();
        await File.WriteAllTextAsync(_file, "{\n\"containers\": [\n<< CONTAINER DEFINITIONS >>\n]\n}");

        var run = await Tool.RunAsync(gateway.Address, "register-task-definition", "--family", "f", _file);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains($"{_file}:3: << CONTAINER DEFINITIONS >> is", run.Errors, StringComparison.Ordinal);
        Assert.Empty(gateway.Bus.Sent);
    }

    [Fact]
    public async Task Given_no_family_anywhere_when_registered_then_that_is_said()
    {
        await using var gateway = await StartAsync();

        var run = await Tool.RunAsync(gateway.Address, "[]", ["register-task-definition", "-"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("--family", run.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_a_file_that_is_no_text_when_registered_then_that_is_said()
    {
        await using var gateway = await StartAsync();
        await File.WriteAllBytesAsync(_file, [0x7b, 0xff, 0x7d]);

        var run = await Tool.RunAsync(gateway.Address, "register-task-definition", "--family", "f", _file);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("not UTF-8", run.Errors, StringComparison.Ordinal);
    }

    private static async Task<GatewayHost> StartAsync()
    {
        var gateway = await GatewayHost.StartAsync();
        gateway.Bus.Answering = (_, _) => Task.FromResult(
            CommandSenderDouble.Result(new TaskDefinitionResult(Samples.Definition())));
        return gateway;
    }
}
