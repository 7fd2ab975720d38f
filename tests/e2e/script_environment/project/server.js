console.log("server", process.argv.slice(2).join(" "))
