using System.Data.Common;
using Ecs.Bus;
using Ecs.Contracts.Commands;
using Ecs.Hosting;
using Ecs.Leading;
using Ecs.Log;
using Ecs.Model.TaskDefinitions;
using Ecs.Rules.Queries;

namespace Ecs.Registry;

/// <summary>
/// The Registry: owns the task definitions. Settings: <see cref="Settings.BusUri"/>,
/// <see cref="Settings.LogConnection"/> and <see cref="Settings.Http"/>.
/// </summary>
public static class RegistryProgram
{
    /// <summary>The argument that brings the log's tables to this version, once per deployment, and ends.</summary>
    public const string Migrate = "migrate";

    /// <summary>The argument that writes an exported log into this empty one; a file or <c>-</c> follows it.</summary>
    public const string Import = "import";

    /// <summary>
    /// The settings with the passwords that the services' database roles get by <see cref="Migrate"/>, by role; whose
    /// is not set keeps the one that it has.
    /// </summary>
    private static readonly Dictionary<string, string> PasswordSettings = LogSchema.Roles.ToDictionary(
        role => role, role => $"{role.ToUpperInvariant()}_PASSWORD");

    private const string DefaultHttp = "http://127.0.0.1:8081";

    /// <summary>Runs the program, or <see cref="Migrate"/> or <see cref="Import"/>, to its end.</summary>
    /// <returns>
    /// The process's exit code: 0; 1 where the database does not let itself be migrated; 2 where a setting is wrong.
    /// </returns>
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            if (args is [Migrate, .. var settings]) await MigrateAsync(settings);
            else if (args is [Import, var file, .. var more]) await ImportAsync(file, more);
            else if (args is [Import]) throw new SettingException("import <file>", "what ecs export wrote, or -");
            else await Build(args).RunToEndAsync();
            return 0;
        }
        catch (SettingException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (LogUnreachableException e)
        {
            await Console.Error.WriteLineAsync(
                $"The database of the setting {Settings.LogConnection} cannot be reached: {e.Message}");
            return 1;
        }
        catch (Exception e) when (args is [Migrate or Import, ..] && e is DbException or TimeoutException)
        {
            await Console.Error.WriteLineAsync(
                $"The database refused the {(args[0] is Migrate ? "migration" : Import)}, or went away during it: "
                + $"{e.Message}. Run it again.");
            return 1;
        }
        catch (Exception e) when (args is [Import, ..]
            && e is ImportRefusedException or IOException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"Nothing was imported: {e.Message}");
            return 1;
        }
    }

    /// <summary>Makes the program, ready to run.</summary>
    /// <param name="args">Settings as <c>--NAME=value</c>, for hosting several programs in one process.</param>
    /// <exception cref="SettingException">A setting has a value that it cannot have.</exception>
    public static WebApplication Build(string[] args)
    {
        var builder = EcsHost.CreateBuilder(args, DefaultHttp);
        builder.Services.AddEcsBus(new BusOptions(builder.Configuration.GetBusUri(), Services.Registry)
        {
            Heartbeat = BusSetup.LeaderHeartbeat,
        });
        builder.Services.AddEventLog(builder.Configuration.GetLogConnection());
        builder.Services.AddLeadingService<Families>(_ => new LeadingRole<Families>
        {
            Decider = new RegistryRules(),
            Query = (query, families, _) => Task.FromResult(RegistryQueries.Answer(families.State, query)),
        });
        return builder.Build().MapHealth();
    }

    private static async Task ImportAsync(string file, string[] settings)
    {
        var connection = EcsHost.CreateBuilder(settings, DefaultHttp).Configuration.GetLogConnection();
        LeadingSetup.CheckLogConnection(connection);
        await using var lines = file is "-" ? Console.OpenStandardInput() : File.OpenRead(file);
        var head = await LogImport.RunAsync(connection, lines, CancellationToken.None);
        Console.WriteLine(
            $"Imported {head.Number} commits, up to position {head.LastPosition}, hash {head.Hash}. Check: ecs verify");
    }

    private static async Task MigrateAsync(string[] settings)
    {
        var configuration = EcsHost.CreateBuilder(settings, DefaultHttp).Configuration;
        var connection = configuration.GetLogConnection();
        LeadingSetup.CheckLogConnection(connection);
        var passwords = PasswordSettings
            .Where(role => configuration[role.Value] is { Length: > 0 })
            .ToDictionary(role => role.Key, role => configuration[role.Value]!);
        await LogSchema.MigrateAsync(connection, CancellationToken.None, passwords);
        Console.WriteLine("The log's tables are at this version.");
    }
}
