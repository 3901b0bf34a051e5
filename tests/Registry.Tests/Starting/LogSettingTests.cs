using Ecs.Hosting;

namespace Ecs.Registry.Tests.Starting;

/// <summary>What whoever sets the log's connection wrongly is told.</summary>
public sealed class LogSettingTests
{
    [Theory]
    [InlineData("nonsense")]
    [InlineData("Host=db;Port=many")]
    [InlineData("Host=db;Colour=blue")]
    [InlineData("Database=ecs")]
    public async Task Given_no_connection_string_when_a_program_starts_or_migrates_then_the_setting_is_named(string value)
    {
        var setting = $"--{Settings.LogConnection}={value}";
        var fault = Assert.Throws<SettingException>(() => RegistryProgram.Build([setting]));
        Assert.StartsWith("The setting ECS_LOG_CONNECTION must be ", fault.Message, StringComparison.Ordinal);

        var (code, said) = await RunAsync("migrate", setting);
        Assert.Equal((2, fault.Message), (code, said.Trim()));
    }

    [Fact]
    public async Task Given_a_database_that_is_not_there_when_it_is_migrated_then_one_sentence_says_so()
    {
        var (code, said) = await RunAsync(
            "migrate", $"--{Settings.LogConnection}=Host=127.0.0.1;Port=1;Username=ecs;Password=ecs;Database=ecs");

        Assert.Equal(1, code);
        Assert.StartsWith("The database of the setting ECS_LOG_CONNECTION cannot be reached: ", said, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', said.TrimEnd());
    }

    [Fact]
    public async Task Given_no_file_or_no_database_when_a_log_is_imported_then_one_sentence_says_so()
    {
        var setting = $"--{Settings.LogConnection}=Host=127.0.0.1;Port=1;Username=ecs;Password=ecs;Database=ecs";
        Assert.Equal(2, (await RunAsync("import")).Code);
        var (code, said) = await RunAsync("import", "/nothing/here.jsonl", setting);
        Assert.Equal(1, code);
        Assert.StartsWith("Nothing was imported: ", said, StringComparison.Ordinal);

        var (away, why) = await RunAsync("import", typeof(LogSettingTests).Assembly.Location, setting);
        Assert.Equal(1, away);
        Assert.StartsWith("The database refused the import, or went away", why, StringComparison.Ordinal);
    }

    private static async Task<(int Code, string Said)> RunAsync(params string[] args)
    {
        var stderr = Console.Error;
        await using var said = new StringWriter();
        Console.SetError(said);
        try
        {
            return (await RegistryProgram.RunAsync(args), said.ToString());
        }
        finally
        {
            Console.SetError(stderr);
        }
    }
}
