using Ecs.Contracts;
using Microsoft.Extensions.Configuration;

namespace Ecs.Hosting;

/// <summary>
/// The settings that programs share, by the names of their environment variables. A command-line argument
/// <c>--NAME=value</c> of the same name wins, for hosting several programs in one process.
/// </summary>
public static class Settings
{
    /// <summary>Where the broker is: <c>amqp://user:password@host:port/virtual-host</c>.</summary>
    public const string BusUri = "ECS_BUS_URI";

    /// <summary>Where the log is: a connection string of Npgsql.</summary>
    public const string LogConnection = "ECS_LOG_CONNECTION";

    /// <summary>What the log's setting must be, for whoever checks it: this library knows no database.</summary>
    public const string LogConnectionRule =
        "a connection string of Npgsql such as Host=127.0.0.1;Port=5432;Database=ecs;Username=ecs;Password=ecs";

    /// <summary>
    /// Where the program listens for HTTP, health included: a URL such as <c>http://127.0.0.1:8080</c>.
    /// </summary>
    public const string Http = "ECS_HTTP";

    /// <summary>Where the Gateway finds the Auditor: a URL.</summary>
    public const string AuditorUrl = "ECS_AUDITOR_URL";

    /// <summary>The account that an Agent's instance belongs to: 12 digits.</summary>
    public const string Account = "ECS_ACCOUNT";

    /// <summary>The region that an Agent's instance belongs to.</summary>
    public const string Region = "ECS_REGION";

    /// <summary>
    /// Where the program keeps its spans, as lines of OTLP JSON: a file of this process alone, or a folder, told by a
    /// slash at its end, in which each process makes its own. Nothing is kept where it is not set.
    /// </summary>
    public const string TraceFile = "ECS_TRACE_FILE";

    /// <summary>The broker of a machine that runs everything itself.</summary>
    public const string DefaultBusUri = "amqp://guest:guest@127.0.0.1:5672";

    /// <summary>The log of a machine that runs everything itself.</summary>
    public const string DefaultLogConnection =
        "Host=127.0.0.1;Port=5432;Database=ecs;Username=ecs;Password=ecs";

    /// <summary>The broker's address.</summary>
    /// <exception cref="SettingException">The value is not an AMQP address.</exception>
    public static Uri GetBusUri(this IConfiguration configuration)
    {
        var text = configuration[BusUri] ?? DefaultBusUri;
        return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "amqp" or "amqps"
            ? new Uri(text)
            : throw new SettingException(BusUri, "an address such as amqp://user:password@host:5672");
    }

    /// <summary>The log's connection string.</summary>
    public static string GetLogConnection(this IConfiguration configuration) =>
        configuration[LogConnection] ?? DefaultLogConnection;

    /// <summary>The scope that a program belongs to.</summary>
    /// <exception cref="SettingException">The account is not 12 digits.</exception>
    public static Scope GetScope(this IConfiguration configuration)
    {
        var account = configuration[Account] ?? Scope.DefaultAccount;
        if (account.Length != 12 || !account.All(char.IsAsciiDigit)) throw new SettingException(Account, "12 digits");

        return new Scope(account, configuration[Region] ?? Scope.DefaultRegion);
    }
}

/// <summary>A setting has a value that it cannot have; the message names it and its rule.</summary>
public sealed class SettingException(string name, string rule)
    : Exception($"The setting {name} must be {rule}.");
